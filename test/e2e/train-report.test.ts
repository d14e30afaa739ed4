/** The page that saker train leaves in the run's folder, through the built command. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, startSaker, temporaryFolder } from '../fixtures/saker.js';
import { SHAPES, writeShapes } from '../fixtures/shapes.js';

const { folder, remove } = temporaryFolder('train-report');
const data = join(folder, 'shapes');
const common = [
  '--model',
  'small_cnn',
  '--size',
  '32',
  '--batch-size',
  '16',
  '--threads',
  '1',
  '--seed',
  '1',
];
const at = (name: string): string => join(folder, name);
const pageOf = (name: string): string => readFileSync(at(`${name}.run/report.html`), 'utf8');

interface Epoch {
  readonly epoch: number;
  readonly lr: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Whether a line was written to its end. */
const whole = (line: string): boolean => line.endsWith('}');

/** The epochs of a run's log. */
function epochsIn(name: string): Epoch[] {
  const lines = readFileSync(at(`${name}.train.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines
    .filter(whole)
    .map((line) => JSON.parse(line))
    .flatMap((event) => (event.type === 'epoch-end' ? [event.result] : []));
}

const text = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&amp;/g, '&');

/** A table's rows of cells, by the beginning of its caption. */
function table(page: string, caption: string): string[][] {
  const found = page.match(/<table[\s\S]*?<\/table>/g)?.find((one) => one.includes(`<caption>${caption}`));
  if (found === undefined) throw new Error(`no table ${caption}`);
  return [...found.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...(row as string).matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => text(cell as string)),
  );
}

/** A number as the page's tables show it. */
const shown = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(2).replace(/\.?0+e/, 'e')
    : String(Number(value.toPrecision(5)));

/** The table of epochs against the log. */
function expectEpochs(name: string, metrics: readonly string[]): void {
  const [, ...rows] = table(pageOf(name), 'Figures by epoch');
  const epochs = epochsIn(name);
  expect(rows).toHaveLength(epochs.length);
  epochs.forEach(({ epoch, lr, metrics: own }, i) => {
    const row = rows[i] as string[];
    expect(row[0]?.replace(' \u2605', '')).toBe(String(epoch));
    expect(row.slice(2, 2 + metrics.length)).toEqual(metrics.map((metric) => shown(own[metric] as number)));
    expect(row[2 + metrics.length]).toBe(shown(lr));
  });
}

const LOSSES = ['trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy'];

beforeAll(async () => {
  await writeShapes(data, 20);
});
afterAll(remove);

describe.sequential('the report of saker train', () => {
  it('holds the figures of the log, marks the best epoch, and is named at the end', async () => {
    const out = at('plain.onnx');
    const run = await saker([
      'train',
      data,
      ...common,
      '--epochs',
      '5',
      '--gradient-report',
      '2',
      '--out',
      out,
    ]);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toContain(`\nreport ${at('plain.run/report.html')}\n`);
    const page = pageOf('plain');
    expectEpochs('plain', [...LOSSES, 'valMacroF1']);
    const events = readFileSync(at('plain.train.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((l) => JSON.parse(l));
    const { result } = events.find((event) => event.type === 'run-end');
    expect(result.report).toBe(at('plain.run/report.html'));
    const [star] = table(page, 'Figures by epoch').filter(([epoch]) => epoch?.includes('\u2605'));
    expect(star?.[0]).toBe(`${result.bestEpoch} \u2605`);
    expect(text(page)).toContain(`The model file holds epoch ${result.bestEpoch}.`);
    // The matrix of the shipped weights has the accuracy that the log gives them.
    const cells = table(page, 'Counts by true class')
      .slice(1)
      .map((row) => row.slice(1).map(Number));
    const all = cells.flat().reduce((a, b) => a + b, 0);
    const right = cells.reduce((sum, row, i) => sum + (row[i] as number), 0);
    expect([all, right / all]).toEqual([result.counts.val, result.bestValAccuracy]);
    // Baselines as lines and in words.
    expect(page.match(/<g class="level( second)?"/g)).toHaveLength(2);
    expect(page.match(/<g class="mark"/g)).toHaveLength(3);
    expect(page).toContain(`most frequent class ${Math.round(100 * result.baseline.majority)}%`);
    expect(page).toContain('Gradient warnings');
    expect(text(page)).toContain(`saker serve ${out}`);
  });

  it('asks for nothing, runs nothing, and has names for all that is drawn', () => {
    const page = pageOf('plain');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|base|form)\b/i);
    expect(page).not.toMatch(/url\(|@import|NaN|undefined|\[object/);
    for (const [, value] of page.matchAll(/\s(?:src|href|srcset|action|data|poster)="([^"]*)"/g))
      expect(value).toMatch(/^(data:image\/jpeg;base64,|#)/);
    for (const [svg] of page.matchAll(/<svg[^>]*>/g)) expect(svg).toMatch(/aria-hidden="true"|role="img"/);
    for (const [one] of page.matchAll(/<table[\s\S]*?<\/table>/g)) expect(one).toContain('<caption>');
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g))
      for (const one of (id as string).split(' ')) expect(ids).toContain(one);
  });

  it('escapes hostile names of classes and files, and shows wrong pictures under them', async () => {
    const hostile = `"><img src=x onerror=alert(1)>' & \u202Egnp`;
    const bad = at('hostile');
    await writeShapes(bad, 12);
    renameSync(join(bad, 'circle'), join(bad, hostile));
    for (const name of readdirSync(join(bad, hostile)))
      renameSync(join(bad, hostile, name), join(bad, hostile, `<script>alert(1)${name}`));
    writeFileSync(join(bad, hostile, '<b>broken.jpg'), 'no picture');
    // Without a step to speak of, nearly every picture is wrong.
    const run = await saker([
      ...['train', bad, ...common, '--epochs', '1', '--lr', '1e-6', '--recipe', 'scratch'],
      ...['--out', at(`it's <i>.onnx`)],
    ]);
    expect(run.status, run.stderr).toBe(0);
    const page = readFileSync(at(`it's <i>.run/report.html`), 'utf8');
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/gi))
      expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\son\w+=/i);
    expect(page).not.toMatch(/<img src=x|<script|<b>broken|<i>\./);
    expect(page).not.toContain('\u202E');
    expect(page).toContain('\\u202egnp');
    expect(page).toContain('&lt;b>broken.jpg');
    expect(page.match(/<img src="data:image\/jpeg;base64,/g)?.length).toBeGreaterThan(0);
    expect(text(page)).toContain(`saker serve '${at(`it'\\''s <i>.onnx`)}'`);
  });

  it('costs a run nothing but one warning where it cannot be written', async () => {
    const config = at('no-checkpoint.json');
    writeFileSync(config, JSON.stringify({ checkpoint: false }));
    // A file where the folder should be; a folder where the page should be.
    writeFileSync(at('blocked.run'), 'a file');
    mkdirSync(at('taken.run/report.html'), { recursive: true });
    for (const [name, ...flags] of [['blocked', '--config', config], ['taken']] as const) {
      const out = at(`${name}.onnx`);
      const run = await saker(['train', data, ...common, '--epochs', '2', ...flags, '--out', out, '--json']);
      expect(run.status, run.stderr).toBe(0);
      expect(run.json).toMatchObject({ report: null, epochs: 2, stopped: 'finished' });
      expect(run.stderr.match(/html-report: .*report\.html was not written, the run goes on/g)).toHaveLength(
        1,
      );
      expect(existsSync(out)).toBe(true);
    }
    expect(readdirSync(at('taken.run')).sort()).toEqual(['last.safetensors', 'report.html']);
  });

  it('keeps earlier epochs, warnings and the matrix of an earlier best epoch when a run is resumed', async () => {
    const flags = ['--epochs', '3', '--lr', '1e-12', '--gradient-report', '1', '--out', at('resumed.onnx')];
    const started = startSaker(['train', data, ...common, ...flags]);
    await started.saw(/^epoch 1\/3/m);
    started.child.kill('SIGINT');
    expect((await started.done).status).toBe(130);
    const before = pageOf('resumed');
    expect(text(before)).toContain('The run was stopped on request.');
    expect(text(before)).toContain(`saker train --resume ${at('resumed.run')}`);
    const first = table(before, 'Figures by epoch')[1];
    const resumed = await saker(['train', '--resume', at('resumed.run'), '--json']);
    expect(resumed.status, resumed.stderr).toBe(0);
    expectEpochs('resumed', [...LOSSES, 'valMacroF1']);
    const after = pageOf('resumed');
    const rows = table(after, 'Figures by epoch');
    expect(rows).toHaveLength(4);
    expect(rows[1]?.slice(1)).toEqual(first?.slice(1));
    const told = (page: string): string => /<h2 id="h-gradients">[\s\S]*?<\/section>/.exec(page)?.[0] ?? '';
    expect(told(before)).toContain('<li>');
    for (const [, warning] of told(before).matchAll(/<bdi>(.*?)<\/bdi>/g))
      expect(told(after)).toContain(warning);
    const cells = table(after, 'Counts by true class')
      .slice(1)
      .map((row) => row.slice(1).map(Number));
    const right = cells.reduce((sum, row, i) => sum + (row[i] as number), 0);
    expect(right / cells.flat().reduce((a, b) => a + b, 0)).toBe(resumed.json.bestValAccuracy);
    expect(text(after)).not.toContain('saker train --resume');
  });

  it('measures the model file anew where a resumed run has no predictions of it', async () => {
    const before = pageOf('plain');
    const again = await saker(['train', '--resume', at('plain.run'), '--json']);
    expect(again.status, again.stderr).toBe(0);
    expect(pageOf('plain')).not.toBe(before);
    for (const caption of ['Counts by true class', 'Figures by class', 'Figures by epoch'])
      expect(table(pageOf('plain'), caption)).toEqual(table(before, caption));
  });

  it('is there while the run goes on, whole after kill -9, and not written after every short epoch', async () => {
    const flags = ['--epochs', '100000', '--patience', '50000', '--out', at('killed.onnx')];
    const started = startSaker(['train', data, ...common, ...flags]);
    const page = at('killed.run/report.html');
    const deadline = Date.now() + 60_000;
    while (!existsSync(page) && Date.now() < deadline) await delay(50);
    await started.saw(new RegExp(`^epoch ${epochsIn('killed').length + 1}/`, 'm'));
    started.child.kill('SIGKILL');
    await started.done;
    const [, ...rows] = table(pageOf('killed'), 'Figures by epoch');
    const done = epochsIn('killed').slice(0, rows.length);
    expect(rows.map(([, , loss]) => loss)).toEqual(
      done.map(({ metrics }) => shown(metrics.trainLoss as number)),
    );
    expect(text(pageOf('killed'))).toContain(`The run goes on: epoch ${rows.length} of 100000 is done.`);
    expect(pageOf('killed')).toMatch(/<\/html>\n$/);
    // The first few seconds of epochs went by without one.
    expect(rows.length).toBeGreaterThan(1);
  });

  it('is left out by --no-report, by the configuration, and when a run that had one goes on without', async () => {
    const config = at('no-report.json');
    writeFileSync(config, JSON.stringify({ report: false }));
    for (const [name, ...flags] of [
      ['off', '--no-report'],
      ['unset', '--config', config],
    ] as const) {
      const out = at(`${name}.onnx`);
      const run = await saker(['train', data, ...common, '--epochs', '1', ...flags, '--out', out, '--json']);
      expect(run.status, run.stderr).toBe(0);
      expect(run.json.report).toBeNull();
      expect(readdirSync(at(`${name}.run`))).toEqual(['last.safetensors']);
    }
    const before = pageOf('plain');
    const on = await saker(['train', '--resume', at('plain.run'), '--no-report', '--json']);
    expect(on.status, on.stderr).toBe(0);
    expect(on.json.report).toBeNull();
    expect(pageOf('plain')).toBe(before);
  });

  it('shows what several labels and two classes are judged by, and a distilled run', async () => {
    const rows = SHAPES.flatMap((shape) =>
      readdirSync(join(data, shape)).map((name) => `${join(data, shape, name)},${shape}|shape`),
    );
    writeFileSync(at('tags.csv'), `path,labels\n${rows.join('\n')}\n`);
    const short = [...common, '--epochs', '2'];
    const many = await saker([
      'train',
      at('tags.csv'),
      '--task',
      'multi',
      ...short,
      '--out',
      at('many.onnx'),
    ]);
    expect(many.status, many.stderr).toBe(0);
    expectEpochs('many', [...LOSSES, 'valMAP', 'valMicroF1', 'valMacroF1', 'valHammingLoss']);
    for (const word of ['mAP', 'All labels right', 'Figures by label', 'frequencies alone'])
      expect(pageOf('many')).toContain(word);
    const two = at('two-classes');
    await writeShapes(two, 12);
    renameSync(join(two, 'triangle'), at('triangle'));
    const pair = await saker([
      ...['train', two, '--task', 'binary', '--positive', 'square', ...short, '--out', at('pair.onnx')],
    ]);
    expect(pair.status, pair.stderr).toBe(0);
    expectEpochs('pair', [...LOSSES, 'valRocAuc', 'valAveragePrecision', 'valF1']);
    expect(pageOf('pair')).toContain('ROC AUC');
    const flags = ['--teacher', at('plain.onnx'), '--out', at('taught.onnx')];
    const taught = await saker(['train', data, ...short, ...flags]);
    expect(taught.status, taught.stderr).toBe(0);
    expectEpochs('taught', [...LOSSES, 'valMacroF1']);
    expect(table(pageOf('taught'), 'Run configuration')).toContainEqual(['teacher', at('plain.onnx')]);
  });

  it('is written by the first of several processes', async () => {
    const flags = ['--epochs', '2', '--nproc', '2', '--out', at('both.onnx'), '--json'];
    const run = await saker(['train', data, ...common, ...flags]);
    expect(run.status, run.stderr).toBe(0);
    expect(run.json.report).toBe(at('both.run/report.html'));
    expectEpochs('both', [...LOSSES, 'valMacroF1']);
    expect(text(pageOf('both'))).toContain('1 in each of 2 processes');
  });
});
