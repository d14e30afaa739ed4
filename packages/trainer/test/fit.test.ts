import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDataset, splitDataset } from '@saker/dataset';
import { Predictor } from '@saker/evaluate';
import { parameterNames, readMetadata, readModel, readTensor } from '@saker/graph';
import { SakerError } from '@saker/spec';
import { type FitResult, fit, type TrainEvent, validate } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;
const model = 'small_cnn';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-fit-'));
  data = join(root, 'shapes');
  await writeShapes(data, 40);
});
afterAll(() => rm(root, { recursive: true, force: true }));

function weightsOf(file: string): Record<string, number[]> {
  const graph = readModel(file);
  return Object.fromEntries(
    parameterNames(graph).map((name) => [name, [...readTensor(graph.constant(name)!).data] as number[]]),
  );
}

describe('fit with other optimisers, schedules and clipping', () => {
  it.each([
    ['adam', 'onecycle', 'norm', 1],
    ['rmsprop', 'multistep', 'value', 0.1],
    ['lamb', 'restarts', 'agc', 0.1],
    ['lion', 'plateau', 'norm', 1],
  ] as const)(
    'learns with %s, %s and clipping by %s',
    async (optimizer, schedule, clipMode, clipGradNorm) => {
      const rates = new Set<number>();
      const out = join(root, `${optimizer}.onnx`);
      const run = { model, data, out, epochs: 6, batchSize: 8, size: 32, seed: 3, threads: 1, warmup: 0.1 };
      const result = await fit(
        { ...run, optimizer, schedule, clipMode, clipGradNorm },
        { onEvent: (event) => event.type === 'step' && rates.add(event.lr) },
      );
      const [first, last] = [result.history[0], result.history.at(-1)];
      expect(last!.trainLoss).toBeLessThan(first!.trainLoss);
      expect(rates.size).toBeGreaterThan(2);
      expect(readMetadata(readModel(out))?.provenance?.config).toMatchObject({
        optimizer,
        schedule,
        clipMode,
      });
    },
  );
});

describe('fit from scratch', () => {
  const events: TrainEvent[] = [];
  let result: FitResult;
  let out: string;

  beforeAll(async () => {
    out = join(root, 'scratch.onnx');
    const config = { model, data, out, epochs: 6, batchSize: 8, size: 32, seed: 3, threads: 1 };
    result = await fit(config, { onEvent: (event) => events.push(event) });
  });

  it('learns two shapes it can tell apart', () => {
    expect(result.bestValAccuracy).toBeGreaterThanOrEqual(0.9);
    expect(result.stopped).toBe('finished');
    expect(result.epochs).toBe(6);
    expect(result.counts).toEqual({ train: 64, val: 16, test: 0 });
  });

  it('writes one file that carries labels, both pipelines, provenance and the learning curves', () => {
    const metadata = readMetadata(readModel(out));
    expect(metadata?.labels).toEqual(['bar', 'disc']);
    expect(metadata?.pipelines.train?.ops.map((op) => op.op)).toContain('RandomHorizontalFlip');
    expect(metadata?.pipelines.eval.ops.map((op) => op.op)).toEqual(['Resize', 'CenterCrop', 'Normalize']);
    expect(metadata?.provenance?.config).toMatchObject({
      model,
      seed: 3,
      recipe: 'scratch',
      optimizer: 'sgd',
    });
    expect(metadata?.history.map((record) => record.epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(metadata?.provenance?.metrics).toMatchObject({
      epoch: result.bestEpoch,
      bestValAccuracy: result.bestValAccuracy,
    });
  });

  it('reports exactly the accuracy that the written file has', async () => {
    const { val } = splitDataset(await scanDataset(data), { valFraction: 0.2, seed: 3 });
    const again = await validate(new Uint8Array(await readFile(out)), val, { batchSize: 5, threads: 2 });
    expect(again.accuracy).toBe(result.bestValAccuracy);
    expect(again.loss).toBeCloseTo(result.history[result.bestEpoch - 1]!.valLoss, 5);
  });

  it('emits its events in order and logs them as JSON lines', async () => {
    const types = events.map((event) => event.type);
    expect(types[0]).toBe('run-start');
    expect(types.slice(1, 4)).toEqual(['baseline', 'state-saved', 'phase-start']);
    expect(types.at(-1)).toBe('run-end');
    expect(types.filter((type) => type === 'step')).toHaveLength(6 * 8);
    expect(types.filter((type) => type === 'epoch-end')).toHaveLength(6);
    const lines = (await readFile(result.log, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0].type).toBe('run-start');
    expect(lines.at(-1).type).toBe('run-end');
    expect(lines.filter((line) => line.type === 'epoch-end')).toHaveLength(6);
  });

  it('gives the same weights again for the same seed, and others for another', async () => {
    const run = async (name: string, seed: number) => {
      const file = join(root, name);
      await fit({ model, data, out: file, epochs: 1, batchSize: 8, size: 32, seed, threads: 1 });
      return weightsOf(file);
    };
    const first = await run('a.onnx', 5);
    expect(await run('b.onnx', 5)).toEqual(first);
    expect(await run('c.onnx', 6)).not.toEqual(first);
  });

  it('fine-tunes a file it wrote, keeping the head because the labels are the same', async () => {
    const tuned: TrainEvent[] = [];
    const again = await fit(
      { model: out, data, out: join(root, 'tuned.onnx'), epochs: 1, headEpochs: 1, batchSize: 8, threads: 2 },
      { onEvent: (event) => tuned.push(event) },
    );
    expect(tuned.find((event) => event.type === 'run-start')).toMatchObject({ head: 'kept' });
    expect(tuned.filter((event) => event.type === 'phase-start').map((event) => event.phase)).toEqual([
      'head',
      'all',
    ]);
    expect(again.bestValAccuracy).toBeGreaterThanOrEqual(0.9);
    const before = readMetadata(readModel(out))?.pipelines.eval;
    expect(readMetadata(readModel(again.model))?.pipelines.eval).toEqual(before);
  });

  it('leaves the backbone alone in the head phase', async () => {
    const file = join(root, 'head-only.onnx');
    await fit({
      model: out,
      data,
      out: file,
      recipe: 'fine-tune',
      epochs: 0,
      headEpochs: 1,
      batchSize: 8,
      threads: 1,
    });
    const before = weightsOf(out);
    const after = weightsOf(file);
    const changed = Object.keys(before).filter((name) =>
      before[name]?.some((v, i) => v !== after[name]?.[i]),
    );
    expect(changed.sort()).toEqual(['fc.bias', 'fc.weight']);
  });
});

describe('fit and bad input', () => {
  it('names, counts and leaves out pictures that cannot be read', async () => {
    const dirty = join(root, 'dirty');
    await writeShapes(dirty, 10, 2);
    const whole = await readFile(join(dirty, 'bar', '1.jpg'));
    await writeFile(join(dirty, 'bar', 'cut.jpg'), whole.subarray(0, whole.length / 2));
    await writeFile(join(dirty, 'disc', 'empty.png'), '');
    await writeFile(join(dirty, 'disc', 'words.jpg'), 'not a picture');
    const result = await fit({
      model,
      data: dirty,
      out: join(root, 'd.onnx'),
      epochs: 1,
      batchSize: 32,
      size: 32,
    });
    const named = Object.fromEntries(result.rejected.map((r) => [r.path.split('/').at(-1), r.error.code]));
    expect(named).toEqual({
      'cut.jpg': 'E_IMAGE_TRUNCATED',
      'empty.png': 'E_IMAGE_EMPTY',
      'words.jpg': 'E_IMAGE_FORMAT',
    });
    expect(result.counts.train + result.counts.val).toBe(21);
  });

  it('stops after the step when asked to, and keeps what was learned', async () => {
    const stop = new AbortController();
    const out = join(root, 'stopped.onnx');
    const result = await fit(
      { model, data, out, epochs: 50, batchSize: 8, size: 32 },
      { signal: stop.signal, onEvent: (event) => event.type === 'step' && stop.abort() },
    );
    expect(result.stopped).toBe('cancelled');
    const predictor = await Predictor.load(out);
    expect(predictor.labels).toEqual(['bar', 'disc']);
    await predictor.close();
  });

  it('stops early when validation no longer improves', async () => {
    const result = await fit({
      model,
      data,
      out: join(root, 'early.onnx'),
      epochs: 30,
      batchSize: 8,
      size: 32,
      lr: 1e-12,
      patience: 2,
    });
    expect(result.stopped).toBe('early-stop');
    expect(result.epochs).toBeLessThan(30);
  });

  it('ends with E_TRAIN_DIVERGED instead of writing numbers that are not', async () => {
    const out = join(root, 'diverged.onnx');
    const run = fit({
      model,
      data,
      out,
      epochs: 2,
      batchSize: 8,
      size: 32,
      lr: 1e30,
      clipGradNorm: null,
      warmup: 0,
    });
    await expect(run).rejects.toMatchObject({ code: 'E_TRAIN_DIVERGED' });
    expect((await readdir(root)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each([
    [{ model: 'resnet999' }, 'E_MODEL_UNKNOWN'],
    [{ model: 'missing.onnx' }, 'E_FILE_NOT_FOUND'],
    [{ data: '/nowhere/at/all' }, 'E_FILE_NOT_FOUND'],
    [{ epochs: -1 }, 'E_CONFIG_INVALID'],
  ])('refuses %j with %s before anything is trained', async (more, code) => {
    const config = { model, data, out: join(root, 'x.onnx'), epochs: 1, size: 32, ...more };
    const error = await fit(config).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SakerError);
    expect((error as SakerError).code).toBe(code);
  });

  it('refuses a place it cannot write to before anything is trained', async () => {
    const out = join(data, 'bar', '0.png', 'model.onnx');
    await expect(fit({ model, data, out, epochs: 1, size: 32 })).rejects.toMatchObject({
      code: 'E_FILE_WRITE',
    });
  });
});
