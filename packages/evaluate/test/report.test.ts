import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type EvaluationResult,
  type ReportInput,
  renderReport,
  renderTrainingReport,
  type TrainingReportInput,
  writeReport,
} from '@saker/evaluate';
import { evalPipeline, makeModelMetadata, SakerError, trainPipeline } from '@saker/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture, temporary } from './models.js';

let dir = '';
let remove = async () => {};
let photo = '';
const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(1)</script>' & \u202Egnp.exe\u0000`;

beforeAll(async () => {
  ({ dir, remove } = await temporary());
  photo = join(dir, 'photo.jpg');
  await writeFile(photo, await picture(1));
});
afterAll(() => remove());

/** Figures of n classes with ten pictures each; each class has one taken for the next. */
function evaluationOf(labels: readonly string[]): EvaluationResult {
  const n = labels.length;
  const confusion = labels.map((_, r) => labels.map((_, c) => (r === c ? 9 : c === (r + 1) % n ? 1 : 0)));
  const perClass = labels.map((label, i) => ({
    label,
    precision: 0.9,
    recall: 0.9,
    f1: 0.5 + (0.4 * ((i * 7) % n)) / n,
    support: 10,
    predicted: 10,
  }));
  const mistakes = labels.map((truth, i) => ({
    path: i === 0 ? photo : join(dir, 'gone.jpg'),
    name: `${truth}/${i}.jpg`,
    truth,
    predicted: labels[(i + 1) % n] as string,
    confidence: 0.9 - i / (2 * n),
    trueConfidence: 0.05,
  }));
  return {
    labels,
    accuracy: 0.9,
    topK: { k: Math.min(5, n), accuracy: 1 },
    macroF1: 0.9,
    weightedF1: 0.9,
    logLoss: 0.3,
    confusion,
    perClass,
    samples: 10 * n,
    failures: [
      {
        index: 3,
        path: join(dir, `${labels[0]}.jpg`),
        error: new SakerError('E_IMAGE_TRUNCATED', { file: labels[0], detail: 'no end of image' }),
      },
    ],
    mistakes,
    seconds: 2,
    imagesPerSecond: 5 * n,
  };
}

function inputOf(labels: readonly string[], more: Partial<ReportInput> = {}): ReportInput {
  const history = Array.from({ length: 6 }, (_, i) => ({
    epoch: i + 1,
    phase: i < 2 ? 'head' : 'all',
    lr: 0.01 / (i + 1),
    trainLoss: 1 / (i + 1),
    trainAccuracy: 0.5 + i / 12,
    valLoss: 1.2 / (i + 1),
    valAccuracy: 0.5 + i / 15,
  }));
  const metadata = makeModelMetadata({
    labels,
    eval: evalPipeline({ size: 224 }),
    train: trainPipeline({ size: 224, colorJitter: [0.1, 0.1, 0.1, 0] }),
    history,
    provenance: {
      createdAt: '2026-01-02T03:04:05.000Z',
      sakerVersion: '0.1.0',
      dataHash: 'sha256:aa',
      samples: { train: 80, val: 20 },
      config: { model: labels[0], epochs: 6 },
      metrics: { bestValAccuracy: 0.875 },
      base: { name: 'resnet18', sha256: null },
      seed: 3,
    },
  });
  return {
    evaluation: evaluationOf(labels),
    metadata,
    model: { name: 'model.onnx', hash: 'sha256:bb' },
    data: { path: 'photos', split: 'val', hash: 'sha256:aa' },
    createdAt: new Date('2026-02-03T04:05:06Z'),
    ...more,
  };
}

describe('renderReport', () => {
  it('shows figures, matrix, curves with phases, classes, mistakes, failures and provenance', async () => {
    const html = await renderReport(inputOf(['ant', 'bee', 'cat']));
    for (const text of [
      '90.0%',
      'Macro F1',
      'Confusion matrix',
      'Learning curves',
      'head (2 epochs), then all',
    ])
      expect(html).toContain(text);
    for (const text of [
      'Worst mistakes',
      'E_IMAGE_TRUNCATED',
      'Provenance',
      'sha256:bb',
      'bestValAccuracy 87.5%',
    ])
      expect(html).toContain(text);
    expect(html).toContain('Resize the short side to 256 px, bilinear, antialiased');
    expect(html).toContain('2026-02-03 04:05 UTC');
    expect(html.match(/<rect class="(hit|miss)"/g)).toHaveLength(6);
    expect(html.match(/class="chart"/g)).toHaveLength(3);
  });

  it('sorts classes by F1, the weakest first', async () => {
    const labels = Array.from({ length: 9 }, (_, i) => `class-${i}`);
    const input = inputOf(labels);
    const html = await renderReport(input);
    const table = html.slice(html.indexOf('Figures by class'), html.indexOf('Learning curves'));
    const order = [...table.matchAll(/<bdi>(class-\d)<\/bdi>/g)].map((m) => m[1]);
    const wanted = [...input.evaluation.perClass].sort((a, b) => a.f1 - b.f1).map((c) => c.label);
    expect(order).toEqual(wanted);
  });

  it('embeds pictures, and says when one is gone', async () => {
    const html = await renderReport(inputOf(['ant', 'bee']));
    expect(html.match(/<img src="data:image\/jpeg;base64,[A-Za-z0-9+/=]+"/g)).toHaveLength(1);
    expect(html).toContain('picture not readable any more');
    expect(html).toContain('alt="ant, taken for bee: ant/0.jpg"');
  });

  it('asks the network for nothing and runs nothing', async () => {
    const html = await renderReport(inputOf([HOSTILE, 'https://example.com/x.png', 'javascript:alert(1)']));
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(script|link|iframe|object|embed|base|form)\b/i);
    for (const [, value] of html.matchAll(/\s(?:src|href|srcset|action|data|poster)="([^"]*)"/g))
      expect(value).toMatch(/^(data:image\/jpeg;base64,|#)/);
    expect(html).not.toMatch(/url\(|@import/);
  });

  it('escapes hostile names and spells out their invisible characters', async () => {
    const html = await renderReport(
      inputOf([HOSTILE, 'b'], {
        title: HOSTILE,
        model: { name: HOSTILE, hash: 'sha256:bb' },
        data: { path: HOSTILE },
      }),
    );
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('\u202E');
    expect(html).not.toContain('\u0000');
    expect(html).toContain('&lt;script>alert(1)&lt;/script>');
    expect(html).toContain('\\u202egnp.exe\\u0000');
    // No tag may carry an event handler, whatever the text around it says.
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi))
      expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\son\w+=/i);
  });

  it.each([2, 24, 25, 100, 300])('draws %i classes', async (n) => {
    const html = await renderReport(inputOf(Array.from({ length: n }, (_, i) => `class ${i}`)));
    const drawn = Math.min(n, 100);
    expect(html.match(/<rect class="hit"/g)).toHaveLength(drawn);
    expect(html.includes('The matrix as a table')).toBe(n <= 24);
    expect(html.includes('classes with the most errors')).toBe(n > 100);
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('undefined');
  });

  it('leaves out what there is nothing to say about', async () => {
    const labels = ['ant', 'bee'];
    const full = inputOf(labels);
    const html = await renderReport({
      ...full,
      evaluation: { ...full.evaluation, failures: [], mistakes: [], accuracy: 1 },
      metadata: makeModelMetadata({ labels, eval: evalPipeline({ size: 32 }) }),
      data: { path: 'photos' },
    });
    expect(html).toContain('every picture got its true label');
    for (const text of ['Learning curves', 'could not be read', 'Run configuration', 'The same in training'])
      expect(html).not.toContain(text);
  });

  it('draws a run of one epoch', async () => {
    const input = inputOf(['ant', 'bee']);
    const metadata = { ...input.metadata, history: input.metadata.history.slice(0, 1) };
    expect(await renderReport({ ...input, metadata })).not.toContain('NaN');
  });

  it('has a header in every table and a caption or label on every figure', async () => {
    const html = await renderReport(inputOf(['ant', 'bee', 'cat']));
    for (const [table] of html.matchAll(/<table[\s\S]*?<\/table>/g)) {
      expect(table).toContain('<caption>');
      expect(table).toMatch(/<th scope="(col|row)"/);
    }
    for (const [figure] of html.matchAll(/<figure[\s\S]*?<\/figure>/g))
      expect(figure).toContain('<figcaption>');
    for (const [svg] of html.matchAll(/<svg[^>]*>/g)) expect(svg).toMatch(/aria-hidden="true"|role="img"/);
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

function trainingOf(more: Partial<TrainingReportInput> = {}): TrainingReportInput {
  const { metadata, evaluation } = inputOf(['ant', 'bee', 'cat']);
  return {
    task: 'single-label',
    epochs: metadata.history.map((epoch) => ({
      ...epoch,
      metrics: { ...epoch, phase: 0 },
      imagesPerSecond: 100,
      seconds: 2,
    })),
    planned: 9,
    state: 'The run goes on.',
    monitor: 'valAccuracy',
    best: 5,
    baselines: [
      { name: 'logistic regression', metric: 'valAccuracy', value: 0.7 },
      { name: 'most frequent class', metric: 'valAccuracy', value: 0.4 },
    ],
    counts: { train: 80, val: 20, test: 0 },
    model: {
      name: 'm.onnx',
      path: '/m.onnx',
      commands: [{ purpose: 'serve it', line: 'saker serve /m.onnx' }],
    },
    data: { path: 'photos', hash: 'sha256:aa' },
    evaluation: evaluation as EvaluationResult,
    gradientWarnings: null,
    notes: [],
    failures: [],
    machine: [['system', 'linux']],
    config: { epochs: 9 },
    pipelines: { eval: metadata.pipelines.eval, train: metadata.pipelines.eval },
    createdAt: new Date('2026-02-03T04:05:06Z'),
    ...more,
  };
}

describe('renderTrainingReport', () => {
  it('has the frame, the style and the policy of the evaluation report', async () => {
    const [one, other] = await Promise.all([
      renderTrainingReport(trainingOf()),
      renderReport(inputOf(['a', 'b'])),
    ]);
    for (const part of [
      /<meta http-equiv="Content-Security-Policy"[^>]*>/,
      /<style>[\s\S]*?<\/style>/,
      /<footer>[\s\S]*$/,
    ])
      expect(part.exec(one)?.[0]).toBe(part.exec(other)?.[0]);
    expect(one).toContain('2026-02-03 04:05 UTC');
  });

  it('marks the best epoch in every chart and draws baselines across the chart of their metric, within it', async () => {
    const html = await renderTrainingReport(
      trainingOf({ baselines: [{ name: 'b', metric: 'valAccuracy', value: 0.05 }] }),
    );
    const charts = html.match(/<svg[^>]*class="chart"[\s\S]*?<\/svg>/g) ?? [];
    expect(charts.map((chart) => chart.includes('class="mark"'))).toEqual([true, true, true]);
    expect(charts.map((chart) => chart.includes('class="level"'))).toEqual([false, true, false]);
    // The mark stands at the fifth of six epochs.
    const x = /class="mark"><line x1="([\d.]+)"/.exec(charts[1] as string)?.[1];
    const dots = [...(charts[1] as string).matchAll(/<circle cx="([\d.]+)"/g)].map(([, cx]) => Number(cx));
    expect(Number(x)).toBeCloseTo(dots[4] as number, 1);
    const level = Number(/class="level"><polyline points="[\d.]+,([\d.]+)/.exec(charts[1] as string)?.[1]);
    expect(level).toBeGreaterThan(24);
    expect(level).toBeLessThanOrEqual(194);
    expect(charts[1]).toContain('Baseline: b 5%.');
  });

  it('draws no mark, line or matrix of what there is not', async () => {
    const none = {
      evaluation: null,
      best: 0,
      baselines: [{ name: 'b', metric: 'valAccuracy', value: Number.NaN }],
    };
    const html = await renderTrainingReport(trainingOf(none));
    expect(html).not.toMatch(/class="(mark|level)"|NaN|Gradient warnings|Confusion matrix<\/h2>/);
    expect(html).toContain('not at hand');
    const empty = await renderTrainingReport(trainingOf({ ...none, epochs: [] }));
    expect(empty).not.toMatch(/NaN|Learning curves/);
  });

  it('says when a run beats no baseline, and what averaged weights come to', async () => {
    const high = [{ name: 'logistic regression', metric: 'valAccuracy', value: 0.99 }];
    expect(await renderTrainingReport(trainingOf({ baselines: high }))).toContain(
      'It does not beat <b>logistic',
    );
    const averaged = await renderTrainingReport(trainingOf({ averaged: { value: 0.91, valAccuracy: 0.91 } }));
    expect(averaged).toContain('holds averaged weights');
    expect(averaged).toMatch(/<strong>91\.0%<\/strong><span>of the averaged weights, baseline 70\.0%/);
  });

  it('gives a monitored metric that no other chart shows a chart of its own', async () => {
    const { epochs } = trainingOf();
    const withF1 = epochs.map((one) => ({ ...one, metrics: { ...one.metrics, valMacroF1: one.epoch / 10 } }));
    const html = await renderTrainingReport(trainingOf({ epochs: withF1, monitor: 'valMacroF1' }));
    expect(html.match(/class="chart"/g)).toHaveLength(4);
    expect(html).toContain('<title id="monitored-title">Macro F1</title>');
  });
});

describe('writeReport', () => {
  it('writes the page and its figures whole, and nothing else', async () => {
    const out = join(dir, 'deep', 'report');
    const written = await writeReport(out, inputOf(['ant', 'bee']));
    expect((await readdir(out)).sort()).toEqual(['evaluation.json', 'report.html']);
    expect(await readFile(written.html, 'utf8')).toMatch(
      /^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/,
    );
    const json = JSON.parse(await readFile(written.json, 'utf8'));
    expect(json).toMatchObject({
      version: 1,
      accuracy: 0.9,
      macroF1: 0.9,
      samples: 20,
      model: { hash: 'sha256:bb' },
      data: { path: 'photos', split: 'val', hash: 'sha256:aa' },
      createdAt: '2026-02-03T04:05:06.000Z',
      failures: [{ error: { code: 'E_IMAGE_TRUNCATED' } }],
    });
    await writeReport(out, inputOf(['ant', 'bee']));
    expect(await readdir(out)).toHaveLength(2);
  });

  it('says so when the folder cannot be made or a file is in the way', async () => {
    const file = join(dir, 'file');
    await writeFile(file, 'x');
    await expect(writeReport(join(file, 'report'), inputOf(['ant', 'bee']))).rejects.toMatchObject({
      code: 'E_FILE_WRITE',
    });
    const blocked = join(dir, 'blocked');
    await mkdir(join(blocked, 'report.html'), { recursive: true });
    await expect(writeReport(blocked, inputOf(['ant', 'bee']))).rejects.toMatchObject({
      code: 'E_FILE_WRITE',
    });
    expect(await readdir(blocked)).toEqual(['report.html']);
  });
});
