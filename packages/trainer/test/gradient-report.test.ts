import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Callback, fit, GradientReport, type TrainEvent, type TrainEventOf } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeShapes } from './pictures.js';

vi.setConfig({ testTimeout: 60_000 });

let root: string;
let run: { model: string; data: string; batchSize: number; size: number; seed: number; threads: number };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-gradients-'));
  const data = join(root, 'shapes');
  await writeShapes(data, 20);
  run = { model: 'small_cnn', data, batchSize: 8, size: 32, seed: 3, threads: 1 };
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Report = TrainEventOf<'gradient-report'>;

async function watch(name: string, config: object, callbacks: Callback[] = []) {
  const reports: Report[] = [];
  const notes: string[] = [];
  const onEvent = (event: TrainEvent) => {
    if (event.type === 'gradient-report') reports.push(event);
    if (event.type === 'note') notes.push(event.message);
  };
  await fit({ ...run, out: join(root, `${name}.onnx`), ...config }, { callbacks, onEvent });
  return { reports, notes };
}

const l2 = (values: ArrayLike<number>) => Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0));

describe('a gradient report', () => {
  it('has the norms that the weights themselves have, before and after the step', async () => {
    const weights: Float32Array[] = [];
    let gradNorm = 0;
    const reader: Callback = {
      name: 'reader',
      async onRunStart(_event, { model }) {
        weights.push((await model.readTensors(['fc.weight']))['fc.weight']!.data);
      },
      async onStepEnd(event, { model, globalStep }) {
        if (globalStep > 1) return;
        gradNorm = event.gradNorm;
        weights.push((await model.readTensors(['fc.weight']))['fc.weight']!.data);
      },
    };
    const { reports } = await watch('norms', { epochs: 1, gradientReport: 100, warmup: 0 }, [reader]);
    expect(reports.map((r) => r.globalStep)).toEqual([1]);
    const [report] = reports as [Report];
    const [before, after] = weights as [Float32Array, Float32Array];
    const layer = report.layers.find(({ name }) => name === 'fc.weight')!;
    // Sums in f32 against sums in f64, over some hundred values.
    expect(layer.weightNorm).toBeCloseTo(l2(before), 4);
    const change = l2(after.map((v, i) => v - before[i]!));
    expect(change).toBeGreaterThan(0);
    expect(layer.updateRatio! / (change / l2(before))).toBeCloseTo(1, 4);
    expect(gradNorm).toBeGreaterThan(0);
  });

  it('has gradients whose norm is the one that the engine clips by, where the step changes next to nothing', async () => {
    let gradNorm = 0;
    const { reports } = await watch('clip', { epochs: 1, gradientReport: 100, warmup: 0, lr: 1e-9 }, [
      {
        name: 'norm',
        onStepEnd(event) {
          if (event.globalStep === 1) gradNorm = event.gradNorm;
        },
      },
    ]);
    expect(l2(reports[0]!.layers.map((l) => l.gradNorm)) / gradNorm).toBeCloseTo(1, 3);
  });

  it('comes every N steps and stands in the log', async () => {
    const { reports } = await watch('every', { epochs: 2, gradientReport: 3 });
    expect(reports.map((r) => r.globalStep)).toEqual([1, 4, 7]);
    const lines = (await readFile(join(root, 'every.train.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.filter((line) => line.includes('"gradient-report"'))).toHaveLength(3);
    for (const { units } of reports) {
      expect(units.length).toBeGreaterThan(0);
      for (const unit of units) expect(unit.dead).toBeLessThanOrEqual(unit.units);
    }
  });

  it('changes nothing of what is learned', async () => {
    const weightsAt = async (name: string, gradientReport: number) => {
      let last: number[] | null = null;
      await watch(name, { epochs: 1, gradientReport }, [
        {
          name: 'last',
          async onStepEnd(_event, { model }) {
            const tensors = await model.readTensors();
            last = Object.values(tensors).flatMap(({ data }) => [...data]);
          },
        },
      ]);
      return last;
    };
    expect(await weightsAt('with', 1)).toEqual(await weightsAt('without', 0));
  });

  it('names dead units and weights without a gradient in words, once', async () => {
    // A bias far below zero in front of a rectifier silences all of its units.
    const silence: Callback = {
      name: 'silence',
      async onRunStart(_event, { model, parameters }) {
        const biases = parameters.filter((p) => /bn.*\.bias|norm.*\.bias|\d\.bias/.test(p.name));
        expect(biases.length).toBeGreaterThan(0);
        const { name, dims } = biases[0]!;
        const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(-1e3);
        await model.writeTensors({ [name]: { dims, data } });
      },
    };
    const { notes, reports } = await watch('dead', { epochs: 2, gradientReport: 1 }, [silence]);
    const dead = notes.filter((note) => /are 0 for every picture of the batch \(dead\)/.test(note));
    expect(dead.length).toBeGreaterThan(0);
    expect(new Set(dead).size).toBe(dead.length);
    expect(notes.filter((note) => / gets no gradient/.test(note)).length).toBeGreaterThan(0);
    expect(reports[1]!.units.some(({ units, dead: n }) => n === units)).toBe(true);
  });

  it('says that updates are too large when the rate is', async () => {
    const { notes } = await watch('large', {
      epochs: 1,
      gradientReport: 1,
      lr: 5,
      warmup: 0,
      clipGradNorm: null,
    });
    expect(notes.join('\n')).toMatch(/one step changed .* of its norm .*lower --lr/);
  });

  it('is quiet on a usual run', async () => {
    const { notes } = await watch('quiet', { epochs: 3, gradientReport: 2 });
    expect(notes).toEqual([]);
  });
});

it('a callback of the same name as a built-in one is refused', async () => {
  await expect(
    watch('twice', { epochs: 1, gradientReport: 1 }, [new GradientReport(1)]),
  ).rejects.toMatchObject({ code: 'E_ARG_INVALID' });
});
