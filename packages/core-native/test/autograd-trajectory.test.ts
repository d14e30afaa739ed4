/** Training as PyTorch does it, step after step: weights, momentum, batch statistics and their running means together. */
import { readFileSync } from 'node:fs';
import { TrainableModel } from '@saker/core-native/autograd';
import { buildModel, putTensors, toProgram } from '@saker/graph';
import { expect, it } from 'vitest';
import { product, relativeError, weyl } from './fixtures/numbers.js';
import { summaryError, type TensorSummary } from './fixtures/tensor-summary.js';

interface Trajectory {
  readonly shape: number[];
  readonly classes: number;
  readonly lr: number;
  readonly momentum: number;
  readonly weights: Record<
    string,
    { readonly offset: number; readonly dims: number[]; readonly scale: number }
  >;
  readonly losses: number[];
  /** Weights and running statistics after the last step. */
  readonly state: Record<string, TensorSummary>;
}

const file = new URL('./fixtures/trajectory.json', import.meta.url);
const { shape, classes, lr, momentum, weights, losses, state } = JSON.parse(
  readFileSync(file, 'utf8'),
) as Trajectory;

it('resnet18 has the losses and the state of PyTorch after 20 steps of SGD with momentum in f64', async () => {
  const values = Object.entries(weights).map(([name, { offset, dims, scale }]) => {
    const data = weyl(product(dims), offset).map((value) => value * scale);
    return [name, { dims, data }] as const;
  });
  const size = shape[3]!;
  const model = putTensors(buildModel('resnet18', { numClasses: classes, size }), Object.fromEntries(values));
  const engine = TrainableModel.create(toProgram(model), { threads: 1, doublePrecision: true });
  const params = engine.parameters().flatMap((one) => (one.isBuffer ? [] : [one.name]));
  await engine.configureOptimizer({ type: 'sgd', momentum, groups: [{ params, lr }] });
  const ours: number[] = [];
  for (let step = 0; step < losses.length; step++) {
    const input = weyl(product(shape), 7919 * step);
    const labels = Int32Array.from({ length: shape[0]! }, (_, k) => (3 * k + step) % classes);
    ours.push((await engine.trainStep({ input, shape, labels }, { step })).loss);
  }
  // At this rate a difference of f64's rounding, 1e-16, doubles with each step: 3e-10 after twenty. Any in method shows in 1e-3.
  expect(relativeError(ours, losses)).toBeLessThan(1e-7);
  // Handed out in f32.
  const worst = summaryError(await engine.readTensors(), state);
  expect(worst.error, worst.name).toBeLessThan(1e-6);
  await engine.close();
});
