import { readFileSync } from 'node:fs';
import { type OptimizerConfig, TrainableModel } from '@saker/core-native/autograd';
import { describe, expect, it } from 'vitest';
import { relativeError, weyl } from './fixtures/numbers.js';
import { mlp } from './fixtures/programs.js';

interface Case {
  readonly case: Omit<OptimizerConfig, 'groups'> & {
    readonly labelSmoothing?: number;
    readonly clipGradNorm?: number;
    readonly clipGradValue?: number;
    readonly clipGradAgc?: number;
    readonly groups: readonly Omit<OptimizerConfig['groups'][number], 'params'>[];
  };
  readonly losses: number[];
  readonly gradNorms: number[];
  readonly tensors: Record<string, number[]>;
}

const file = new URL('./fixtures/optimizers.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Case>;
const HALVES = [
  ['fc1.weight', 'bn.weight', 'bn.bias'],
  ['fc2.weight', 'fc2.bias'],
];
const STEPS = 50;
const batch = { input: weyl(24), shape: [6, 4], labels: Int32Array.of(0, 1, 2, 2, 1, 0) };

function configOf(spec: Case['case']): OptimizerConfig {
  return { ...spec, groups: spec.groups.map((group, k) => ({ ...group, params: HALVES[k]! })) };
}

function stepOptions(spec: Case['case'], step: number) {
  const { labelSmoothing, clipGradNorm, clipGradValue, clipGradAgc } = spec;
  const lrs = spec.groups.map((group) => group.lr * (1 - step / STEPS));
  return { lrs, labelSmoothing, clipGradNorm, clipGradValue, clipGradAgc, step };
}

describe('trainStep', () => {
  it.each(Object.keys(cases))('after 50 steps of %s equals torch.optim to 1e-6', async (name) => {
    const { case: spec, losses, gradNorms, tensors } = cases[name]!;
    const model = TrainableModel.create(mlp(), { threads: 1 });
    await model.configureOptimizer(configOf(spec));
    const ours = { losses: [] as number[], norms: [] as number[] };
    for (let step = 0; step < STEPS; step++) {
      const result = await model.trainStep(batch, stepOptions(spec, step));
      ours.losses.push(result.loss);
      ours.norms.push(result.gradNorm);
    }
    expect(relativeError(ours.losses, losses)).toBeLessThan(1e-6);
    expect(relativeError(ours.norms, gradNorms)).toBeLessThan(1e-5);
    const trained = await model.readTensors();
    expect(Object.keys(trained).sort()).toEqual(Object.keys(tensors).sort());
    for (const [key, expected] of Object.entries(tensors)) {
      const worst = Math.max(...expected.map((v, k) => Math.abs(v - trained[key]!.data[k]!)));
      expect(worst, key).toBeLessThan(1e-6);
    }
    await model.close();
  });

  it.each(['sgd-momentum-decay', 'adamw', 'rmsprop-centered-momentum', 'lamb', 'lion'])(
    'continues %s bit-equal from saved tensors and state',
    async (name) => {
      const spec = cases[name]!.case;
      const straight = TrainableModel.create(mlp(), { threads: 1 });
      await straight.configureOptimizer(configOf(spec));
      for (let step = 0; step < 10; step++) await straight.trainStep(batch, stepOptions(spec, step));
      const saved = { tensors: await straight.readTensors(), state: await straight.optimizerState() };

      const resumed = TrainableModel.create(mlp(), { threads: 1 });
      await resumed.configureOptimizer(configOf(spec));
      await resumed.writeTensors(saved.tensors);
      await resumed.loadOptimizerState(saved.state);
      for (let step = 10; step < 20; step++) {
        const a = await straight.trainStep(batch, stepOptions(spec, step));
        const b = await resumed.trainStep(batch, stepOptions(spec, step));
        expect(b).toEqual(a);
      }
      expect(await resumed.readTensors()).toEqual(await straight.readTensors());
      await Promise.all([straight.close(), resumed.close()]);
    },
  );

  it('refuses an unknown optimiser and two kinds of clipping at once', async () => {
    const model = TrainableModel.create(mlp(), { threads: 1 });
    const groups = [{ params: HALVES[0]!, lr: 0.1 }];
    const unknown = model.configureOptimizer({ type: 'adagrad' as 'adam', groups });
    await expect(unknown).rejects.toMatchObject({ code: 'E_ENGINE_ARGUMENT' });
    await model.configureOptimizer({ type: 'lion', groups });
    const both = model.trainStep(batch, { clipGradNorm: 1, clipGradValue: 1 });
    await expect(both).rejects.toMatchObject({ code: 'E_ENGINE_ARGUMENT' });
    await model.close();
  });

  it('refuses optimiser state of another optimiser', async () => {
    const model = TrainableModel.create(mlp(), { threads: 1 });
    const groups = [{ params: HALVES[0]!, lr: 0.1 }];
    await model.configureOptimizer({ type: 'adam', groups });
    await model.trainStep(batch, {});
    const state = await model.optimizerState();
    await model.configureOptimizer({ type: 'lion', groups });
    await expect(model.loadOptimizerState(state)).rejects.toMatchObject({ code: 'E_ENGINE_ARGUMENT' });
    await model.close();
  });

  it('refuses optimiser state of another shape or of unknown weights', async () => {
    const model = TrainableModel.create(mlp(), { threads: 1 });
    await model.configureOptimizer({ type: 'sgd', momentum: 0.9, groups: [{ params: HALVES[0]!, lr: 0.1 }] });
    const data = new Float32Array(3);
    await expect(
      model.loadOptimizerState({ 'fc2.bias/momentum': { dims: [3], data } }),
    ).rejects.toMatchObject({
      code: 'E_ENGINE_ARGUMENT',
    });
    await expect(model.loadOptimizerState({ 'bn.bias/momentum': { dims: [3], data } })).rejects.toMatchObject(
      {
        code: 'E_ENGINE_ARGUMENT',
      },
    );
    await model.close();
  });
});
