import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor, Tensors } from '@saker/core-native/autograd';
import { scanDataset, splitDataset } from '@saker/dataset';
import { parameterNames, readModel, readSafetensors, readTensor, tensorNumbers } from '@saker/graph';
import { Random } from '@saker/spec';
import {
  type Callback,
  emaDecay,
  fit,
  GreedySoup,
  ModelCheckpoint,
  type TrainEvent,
  validate,
} from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-built-in-'));
  data = join(root, 'shapes');
  await writeShapes(data, 20);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const base = () => ({
  model: 'small_cnn',
  data,
  batchSize: 8,
  size: 32,
  seed: 3,
  threads: 1,
  patience: null,
});

function weightsOf(file: string): Record<string, number[]> {
  const graph = readModel(file);
  return Object.fromEntries(
    parameterNames(graph).map((name) => [name, tensorNumbers(readTensor(graph.constant(name)!))]),
  );
}

function notesOf(events: readonly TrainEvent[], by: string): string[] {
  return events.flatMap((event) => (event.type === 'note' && event.by === by ? [event.message] : []));
}

describe('ModelCheckpoint', () => {
  it.each(['valLoss', 'valAccuracy', 'trainLoss'])('keeps the best two epochs by %s', async (monitor) => {
    const out = join(root, `keep-${monitor}.onnx`);
    const { history, run } = await fit({ ...base(), out, epochs: 6, keep: 2, monitor, lr: 0.05 });
    const rank = (epoch: number) => {
      const { metrics } = history[epoch - 1]!;
      return monitor.endsWith('Loss') ? metrics[monitor]! : -metrics[monitor]! + metrics.valLoss! * 1e-6;
    };
    const best = history.map(({ epoch }) => epoch).sort((a, b) => rank(a) - rank(b));
    const files = (await readdir(run)).filter((name) => name.startsWith('epoch-')).sort();
    expect(files).toEqual(
      best
        .slice(0, 2)
        .sort()
        .map((epoch) => `epoch-000${epoch}.safetensors`),
    );
    const file = join(run, `epoch-000${best[0]}.safetensors`);
    const { tensors, metadata } = readSafetensors(await readFile(file), file);
    expect(metadata).toMatchObject({
      epoch: String(best[0]),
      valLoss: String(history[best[0]! - 1]!.metrics.valLoss),
    });
    const shipped = weightsOf(out);
    for (const [name, values] of Object.entries(shipped))
      expect(tensorNumbers(tensors.get(name)!), name).toEqual(values);
  });
});

describe('Ema', () => {
  it('rises from 0 to its decay, by the formula of timm', () => {
    // 1 - (1 + step / gamma) ** -power, with gamma 1 and power 2/3, worked out by hand; step is the update less 1.
    const worked = { 1: 0, 2: 0.37003948, 3: 0.51925014, 10: 0.78455653, 101: 0.95389099, 1001: 0.99 };
    for (const [update, decay] of Object.entries(worked))
      expect(emaDecay(0.99, Number(update))).toBeCloseTo(decay, 7);
  });

  it('ships the average, which is what validation measured', async () => {
    const out = join(root, 'ema.onnx');
    let average: Record<string, number[]> = {};
    let last: Record<string, number[]> = {};
    const replay: Callback = {
      name: 'replay',
      async onStepEnd({ globalStep }, { model }) {
        const decay = emaDecay(0.8, globalStep);
        last = Object.fromEntries(
          Object.entries(await model.readTensors()).map(([name, t]) => [name, Array.from(t.data)]),
        );
        average = Object.fromEntries(
          Object.entries(last).map(([name, values]) => [
            name,
            values.map((v, i) => decay * (average[name]?.[i] ?? 0) + (1 - decay) * v),
          ]),
        );
      },
    };
    const result = await fit({ ...base(), out, epochs: 1, ema: 0.8 }, { callbacks: [replay] });
    const shipped = weightsOf(out);
    expect(shipped['fc.weight']).not.toEqual(last['fc.weight']);
    for (const [name, values] of Object.entries(shipped)) {
      const scale = Math.max(...values.map(Math.abs), 1e-3);
      values.forEach((value, i) => {
        expect(Math.abs(value - average[name]![i]!) / scale, name).toBeLessThan(1e-5);
      });
    }
    const { val } = splitDataset(await scanDataset(data), { valFraction: 0.2, seed: 3 });
    const again = await validate(new Uint8Array(await readFile(out)), val, { batchSize: 8, threads: 1 });
    expect(again.loss).toBeCloseTo(result.history[0]!.valLoss, 5);
  });
});

describe('Swa', () => {
  it('holds the rate, averages the last epochs and measures statistics anew', async () => {
    const out = join(root, 'swa.onnx');
    const ends: Record<string, Float32Array>[] = [];
    const rates = new Map<number, Set<number>>();
    let proposed: Record<string, Float32Array> = {};
    const events: TrainEvent[] = [];
    const watch: Callback = {
      name: 'watch',
      async onEpochEnd(_event, { model }) {
        const tensors = await model.readTensors();
        ends.push(Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, t.data])));
      },
      async onTrainEnd(_event, context) {
        const average = await context.model.readAverage();
        const estimated = await context.estimateStatistics(average);
        proposed = Object.fromEntries(Object.entries(estimated).map(([name, t]) => [name, t.data]));
      },
    };
    await fit(
      { ...base(), out, epochs: 4, swa: 2, lr: 0.02, warmup: 0 },
      {
        callbacks: [watch],
        onEvent: (event) => {
          events.push(event);
          if (event.type === 'step')
            rates.set(event.epoch, (rates.get(event.epoch) ?? new Set()).add(event.lr));
        },
      },
    );
    expect([...rates.values()].map((set) => set.size)).toEqual([4, 4, 1, 1]);
    expect([...rates.get(3)!]).toEqual([0.01]);
    proposed['fc.weight']!.forEach((value, i) => {
      expect(value).toBeCloseTo((ends[2]!['fc.weight']![i]! + ends[3]!['fc.weight']![i]!) / 2, 6);
    });
    const mean = proposed['bn1.running_mean']!;
    const plain = ends[2]!['bn1.running_mean']!.map((v, i) => (v + ends[3]!['bn1.running_mean']![i]!) / 2);
    expect(Array.from(mean)).not.toEqual(Array.from(plain));
    expect(notesOf(events, 'swa')).toEqual([
      expect.stringMatching(/the mean of the last 2 epochs has validation accuracy/),
    ]);
  });
});

describe('GreedySoup', () => {
  it('ships the mean of two epochs on either side of a better place, and leaves out a third far from it', async () => {
    const start = join(root, 'soup-start.onnx');
    await fit({ ...base(), out: start, epochs: 6 });
    const random = new Random(5);
    let middle: Tensors = {};
    const away: Tensors = {};
    const walk: Callback = {
      name: 'walk',
      async onRunStart(_event, { model }) {
        middle = await model.readTensors();
        for (const [name, { dims, data: values }] of Object.entries(middle))
          away[name] = { dims, data: values.map((v) => 0.5 * Math.abs(v) * random.normal()) };
      },
      async onStepEnd({ step, steps, epoch }, { model }) {
        if (step < steps) return;
        const share = [0, 1, -1, 6][epoch]!;
        const moved = Object.entries(middle).map(([name, { dims, data: values }]): [string, Tensor] => [
          name,
          { dims, data: values.map((v, i) => v + share * away[name]!.data[i]!) },
        ]);
        await model.writeTensors(Object.fromEntries(moved));
      },
    };
    const out = join(root, 'soup.onnx');
    const events: TrainEvent[] = [];
    const config = {
      ...base(),
      model: start,
      recipe: 'fine-tune',
      headEpochs: 0,
      lr: 1e-12,
      epochs: 3,
    } as const;
    const result = await fit(
      { ...config, out, soup: true, monitor: 'valLoss' },
      { callbacks: [walk], onEvent: (event) => events.push(event) },
    );
    expect(notesOf(events, 'greedy-soup')).toEqual([expect.stringMatching(/a soup of 2 epochs .*: shipped/)]);
    const { val } = splitDataset(await scanDataset(data), { valFraction: 0.2, seed: 3 });
    const shipped = await validate(new Uint8Array(await readFile(out)), val, { batchSize: 8, threads: 1 });
    expect(shipped.loss).toBeLessThan(Math.min(...result.history.map(({ valLoss }) => valLoss)));
    expect(shipped.accuracy).toBe(result.bestValAccuracy);
    for (const [name, values] of Object.entries(weightsOf(out))) {
      // Sums of two f32 around the middle, halved.
      values.forEach((value, i) => {
        const [center, step] = [middle[name]!.data[i]!, away[name]!.data[i]!];
        const size = Math.abs(center) + Math.abs(step);
        expect(Math.abs(value - center), name).toBeLessThanOrEqual(size * 2 ** -22);
      });
    }
  });

  it('leaves the best epoch alone when no mean is better', async () => {
    const out = join(root, 'no-soup.onnx');
    const kept = new ModelCheckpoint({ metric: 'valLoss', keep: 1 });
    const result = await fit({ ...base(), out, epochs: 2 }, { callbacks: [kept, new GreedySoup(kept)] });
    expect(kept.epochs).toHaveLength(1);
    expect(result.bestEpoch).toBeGreaterThan(0);
  });
});

describe('GradualUnfreezing', () => {
  it('lets layers join from the classifier to the input', async () => {
    const start = join(root, 'start.onnx');
    await fit({ ...base(), out: start, epochs: 1 });
    const moved: string[][] = [];
    let before: Record<string, string> = {};
    const watch: Callback = {
      name: 'watch',
      async onEpochEnd(_event, { model, parameters }) {
        const tensors = await model.readTensors(parameters.map((p) => p.name));
        const now = Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, String(t.data)]));
        moved.push(Object.keys(now).filter((name) => now[name] !== before[name]));
        before = now;
      },
    };
    await fit(
      {
        ...base(),
        model: start,
        out: join(root, 'unfrozen.onnx'),
        recipe: 'fine-tune',
        headEpochs: 1,
        epochs: 3,
        unfreeze: 3,
      },
      { callbacks: [watch] },
    );
    expect(moved[0]!.length).toBeGreaterThan(moved[1]!.length);
    expect(moved[1]).toContain('fc.weight');
    expect(moved[1]).not.toContain('conv1.weight');
    expect(moved[1]!.length).toBeLessThan(moved[2]!.length);
    expect(moved[3]).toContain('conv1.weight');
  });
});

describe('TimeBudget', () => {
  it('ends a long run in time', async () => {
    const out = join(root, 'budget.onnx');
    const started = performance.now();
    const events: TrainEvent[] = [];
    const result = await fit(
      { ...base(), out, epochs: 100_000, timeBudget: 2 },
      { onEvent: (event) => events.push(event) },
    );
    expect(result.stopped).toBe('stopped');
    expect(events.find((event) => event.type === 'stop')).toMatchObject({ by: 'time-budget' });
    // The budget, one epoch, and the start of a process on a busy machine.
    expect((performance.now() - started) / 1000).toBeLessThan(20);
    expect(weightsOf(out)['fc.weight']).toBeDefined();
  });
});

describe('configuration', () => {
  it('refuses two kinds of averages', async () => {
    const config = { ...base(), out: join(root, 'x.onnx'), epochs: 2, ema: 0.9, swa: 2 };
    await expect(fit(config)).rejects.toMatchObject({ code: 'E_CONFIG_INVALID' });
  });

  it('refuses a metric that the run does not measure, before it trains', async () => {
    const config = { ...base(), out: join(root, 'x.onnx'), epochs: 1, monitor: 'valMagic' };
    await expect(fit(config)).rejects.toMatchObject({
      message: expect.stringMatching(/one of .*valAccuracy.* for monitor/),
    });
  });
});
