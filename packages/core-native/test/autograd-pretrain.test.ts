/** NT-Xent and DINO steps against PyTorch: fixtures/make_pretrain.py. */
import { readFileSync } from 'node:fs';
import { type Tensors, TrainableModel } from '@saker/core-native/autograd';
import { describe, expect, it } from 'vitest';
import { relativeError, weyl } from './fixtures/numbers.js';
import { mlp } from './fixtures/programs.js';

interface Case {
  readonly losses: number[];
  readonly gradients: Record<string, number[]>;
  readonly weights: Record<string, number[]>;
  readonly mean: number[];
  readonly center?: number[];
  readonly teacher?: Record<string, number[]>;
  readonly teacherMean?: number[];
}

const file = new URL('./fixtures/pretrain.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as Record<'simclr' | 'dino', Case>;
const NAMES = ['fc1.weight', 'bn.weight', 'bn.bias', 'fc2.weight', 'fc2.bias'];
const STEPS = 4;
const LR = 0.1;

const view = (v: number, step: number) => ({ input: weyl(16, 5000 * v + 100 * step), shape: [4, 4] });

async function open(method: 'simclr' | 'dino'): Promise<TrainableModel> {
  const model = TrainableModel.create(mlp(), { threads: 1 });
  await model.configurePretraining(mlp(), { method });
  await model.configureOptimizer({ type: 'sgd', groups: [{ params: NAMES, lr: LR }] });
  return model;
}

describe.each(['simclr', 'dino'] as const)('%s', (method) => {
  const expected = cases[method];
  const views = method === 'simclr' ? 2 : 4;
  const options = { teacherTemperature: 0.2, teacherMomentum: 0.9 };

  it('has the losses, gradients and weights that PyTorch has', async () => {
    const model = await open(method);
    let before = await model.readTensors();
    for (let step = 0; step < STEPS; step++) {
      const shown = Array.from({ length: views }, (_, v) => view(v, step));
      const result = await model.pretrainStep(shown, { ...options, step });
      expect(Math.abs(result.loss - expected.losses[step]!)).toBeLessThan(1e-5);
      expect(result.count).toBe(4);
      if (step > 0) continue;
      const after = await model.readTensors();
      for (const name of NAMES) {
        const gradient = after[name]!.data.map((v, i) => (before[name]!.data[i]! - v) / LR);
        expect(relativeError(gradient, expected.gradients[name]!), name).toBeLessThan(1e-4);
      }
    }
    before = await model.readTensors();
    for (const name of NAMES)
      expect(relativeError(before[name]!.data, expected.weights[name]!)).toBeLessThan(1e-5);
    expect(relativeError(before['bn.running_mean']!.data, expected.mean)).toBeLessThan(1e-5);
    const state: Tensors = await model.pretrainState();
    if (method === 'simclr') expect(state).toEqual({});
    else {
      expect(relativeError(state.center!.data, expected.center!)).toBeLessThan(1e-5);
      expect(relativeError(state['teacher/bn.running_mean']!.data, expected.teacherMean!)).toBeLessThan(1e-5);
      for (const name of NAMES)
        expect(relativeError(state[`teacher/${name}`]!.data, expected.teacher![name]!)).toBeLessThan(1e-5);
    }
    await model.close();
  });

  it('leaves a picture that failed in one view out of all', async () => {
    const [one, two] = [await open(method), await open(method)];
    const rows = (input: Float32Array, keep: number[]) =>
      Float32Array.from(keep.flatMap((row) => [...input.subarray(4 * row, 4 * row + 4)]));
    const all = Array.from({ length: views }, (_, v) => view(v, 0));
    const masked = all.map((shown, v) => (v === 1 ? { ...shown, mask: Uint8Array.of(1, 0, 1, 1) } : shown));
    const kept = all.map(({ input }) => ({ input: rows(input, [0, 2, 3]), shape: [3, 4] }));
    const a = await one.pretrainStep(masked, options);
    const b = await two.pretrainStep(kept, options);
    expect(a).toEqual(b);
    expect(a.count).toBe(3);
    expect(await one.readTensors()).toEqual(await two.readTensors());
    await Promise.all([one.close(), two.close()]);
  });

  it('updates nothing by a single picture', async () => {
    const model = await open(method);
    const before = await model.readTensors();
    const mask = Uint8Array.of(0, 0, 1, 0);
    const result = await model.pretrainStep(
      Array.from({ length: views }, (_, v) => ({ ...view(v, 0), mask })),
      options,
    );
    expect(result.count).toBe(0);
    expect(await model.readTensors()).toEqual(before);
    await model.close();
  });
});

it('refuses a step that was not prepared, and one view', async () => {
  const model = TrainableModel.create(mlp(), { threads: 1 });
  await expect(model.pretrainStep([view(0, 0), view(1, 0)], {})).rejects.toMatchObject({
    code: 'E_ENGINE_ARGUMENT',
  });
  await model.close();
  const ready = await open('simclr');
  await expect(ready.pretrainStep([view(0, 0)], {})).rejects.toThrow(/two views/);
  await ready.close();
});
