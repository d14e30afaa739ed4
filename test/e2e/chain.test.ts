import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, serveModel, temporaryFolder } from '../fixtures/saker.js';
import { SHAPES, writeShapes } from '../fixtures/shapes.js';
import { type Trained, trainShapes } from '../fixtures/trained.js';

const { folder, remove } = temporaryFolder('chain');
const unseen = join(folder, 'unseen');
let trained: Trained;

beforeAll(async () => {
  trained = await trainShapes(folder);
  await writeShapes(unseen, 10, 1000);
});
afterAll(remove);

const first = (shape: string): string =>
  join(unseen, shape, readdirSync(join(unseen, shape)).sort()[0] ?? '');

describe('saker train', () => {
  it('learns the shapes and closes with its figures as one JSON line', () => {
    const { status, json, stderr } = trained.run;
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(json.bestValAccuracy).toBeGreaterThanOrEqual(0.95);
    expect(json).toMatchObject({
      epochs: 8,
      model: trained.model,
      classes: [...SHAPES],
      stopped: 'finished',
    });
    expect(json.samples).toEqual({ train: 96, val: 24, test: 0 });
    expect(json.imagesPerSecond).toBeGreaterThan(0);
    expect(json.seconds).toBeGreaterThan(0);
  });

  it('prints one plain line an epoch on stderr when piped, and nothing but JSON on stdout', () => {
    const { stdout, stderr } = trained.run;
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.match(/^epoch \d\/8 /gm)).toHaveLength(8);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a pipe must get no terminal codes
    expect(stderr).not.toMatch(/[\u001b\r]/);
  });

  it('writes a log of JSON lines beside the model', () => {
    const lines = readFileSync(trained.run.json.log, 'utf8').trimEnd().split('\n');
    const types = lines.map((line) => JSON.parse(line).type);
    expect(types[0]).toBe('run-start');
    expect(types.filter((type) => type === 'epoch-end')).toHaveLength(8);
  });
});

describe('saker evaluate', () => {
  it('measures unseen pictures and writes the report', async () => {
    const report = join(folder, 'report');
    const { status, json } = await saker(['evaluate', trained.model, unseen, '--report', report, '--json']);
    expect(status).toBe(0);
    expect(json.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(json.samples).toBe(30);
    expect(json.confusion.flat().reduce((a: number, b: number) => a + b, 0)).toBe(30);
    expect(json.perClass.map((row: { label: string }) => row.label)).toEqual([...SHAPES]);
    expect(json.macroF1).toBeGreaterThan(0.9);
    const html = readFileSync(json.report, 'utf8');
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/(?:src|href)="https?:/);
  });

  it('repeats the validation split of the training run', async () => {
    const { json } = await saker(['evaluate', trained.model, trained.data, '--split', 'val', '--json']);
    expect(json.samples).toBe(24);
    expect(json.accuracy).toBeCloseTo(trained.run.json.bestValAccuracy, 9);
  });

  it('refuses a split that the data does not have', async () => {
    const { status, json } = await saker(['evaluate', trained.model, unseen, '--split', 'test', '--json']);
    expect(status).toBe(3);
    expect(json.error.code).toBe('E_DATA_SPLIT');
  });

  it('prints a table and the confusion matrix for people', async () => {
    const { stdout } = await saker(['evaluate', trained.model, unseen]);
    expect(stdout).toMatch(/^accuracy \d+\.\d %/);
    expect(stdout).toContain('precision');
    expect(stdout).toContain('true \\ predicted');
  });
});

describe('saker predict', () => {
  it('classifies files and folders', async () => {
    const { status, json } = await saker([
      'predict',
      trained.model,
      first('circle'),
      join(unseen, 'square'),
      '--json',
    ]);
    expect(status).toBe(0);
    expect(json.results).toHaveLength(11);
    expect(json.results[0]).toMatchObject({ file: first('circle'), label: 'circle', error: null });
    expect(json.results[0].topK).toHaveLength(3);
  });

  it('lists as many classes as asked for, most probable first', async () => {
    const { json } = await saker(['predict', trained.model, first('triangle'), '--top-k', '2', '--json']);
    const [best, second, ...rest] = json.results[0].topK;
    expect(rest).toEqual([]);
    expect(best.confidence).toBeGreaterThanOrEqual(second.confidence);
    expect(best.label).toBe('triangle');
  });
});

describe('saker serve', () => {
  it('answers the three kinds of body alike, reports health, and ends cleanly on SIGTERM', async () => {
    const server = await serveModel(trained.model);
    const bytes = readFileSync(first('square'));
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'square.png');
    const post = async (body: BodyInit, type?: string) => {
      const headers = type ? { 'content-type': type } : undefined;
      const response = await fetch(`${server.url}/predict`, { method: 'POST', body, headers });
      expect(response.status).toBe(200);
      const { timings: _timings, ...answer } = (await response.json()) as Record<string, unknown>;
      return answer;
    };
    const answers = [
      await post(form),
      await post(new Uint8Array(bytes), 'image/png'),
      await post(JSON.stringify({ image: bytes.toString('base64') }), 'application/json'),
    ];
    expect(answers[0]).toMatchObject({ label: 'square' });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    for (const path of ['/healthz', '/readyz']) expect((await fetch(server.url + path)).status).toBe(200);
    const { status, stderr } = await server.stop();
    expect({ status, stderr: stderr.includes('error') }).toEqual({ status: 0, stderr: false });
  });
});

describe('saker doctor', () => {
  it('says what runs here', async () => {
    const { json, stdout } = await saker(['doctor', '--json']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(json).toMatchObject({ ok: true, core: { available: true }, torch: { available: true } });
    expect(json.core.simdTarget).toBeTruthy();
    expect(json.onnxRuntime.version).toMatch(/^\d+\.\d+/);
    expect(json.core.cuda.reason || json.core.cuda.available).toBeTruthy();
  });
});
