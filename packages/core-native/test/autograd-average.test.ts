import { TrainableModel } from '@saker/core-native/autograd';
import { describe, expect, it } from 'vitest';
import { weyl } from './fixtures/numbers.js';
import { mlp } from './fixtures/programs.js';

const labels = Int32Array.of(0, 1, 2, 2, 1, 0);
const batch = { input: weyl(24), shape: [6, 4], labels };
const ALL = ['fc1.weight', 'bn.weight', 'bn.bias', 'fc2.weight', 'fc2.bias'];
const sgd = { type: 'sgd' as const, groups: [{ params: ALL, lr: 0.5 }] };

describe('the average of weights', () => {
  it('starts as a copy and moves towards weights and running statistics by 1 - decay', async () => {
    const model = TrainableModel.create(mlp());
    await model.configureOptimizer(sgd);
    expect(await model.readAverage()).toEqual({});
    await model.updateAverage(0.9);
    const first = await model.readTensors();
    expect(await model.readAverage()).toEqual(first);
    await model.trainStep(batch, {});
    await model.updateAverage(0.75);
    const [second, average] = [await model.readTensors(), await model.readAverage()];
    for (const [name, { data }] of Object.entries(average)) {
      data.forEach((value, i) => {
        const expected = 0.75 * first[name]!.data[i]! + 0.25 * second[name]!.data[i]!;
        // Two roundings of f32 at the size of the operands.
        const size = Math.max(Math.abs(first[name]!.data[i]!), Math.abs(second[name]!.data[i]!), 1e-30);
        expect(Math.abs(value - expected), `${name}[${i}]`).toBeLessThanOrEqual(size * 2 ** -22);
      });
    }
    expect(average['bn.running_mean']!.data).not.toEqual(first['bn.running_mean']!.data);
    expect(await model.readTensors()).toEqual(second);
    await model.close();
  });

  it('comes back bit for bit, and is forgotten with no tensors', async () => {
    const model = TrainableModel.create(mlp());
    await model.configureOptimizer(sgd);
    await model.updateAverage(0);
    await model.trainStep(batch, {});
    await model.updateAverage(1 / 3);
    const average = await model.readAverage();
    const other = TrainableModel.create(mlp());
    await other.writeAverage(average);
    expect(await other.readAverage()).toEqual(average);
    await other.writeAverage({});
    expect(await other.readAverage()).toEqual({});
    const { 'fc2.bias': _left, ...rest } = average;
    await expect(other.writeAverage(rest)).rejects.toMatchObject({ code: 'E_MODEL_TENSORS' });
    await expect(model.updateAverage(1.5)).rejects.toMatchObject({ code: 'E_ENGINE_ARGUMENT' });
    await model.close();
    await other.close();
  });
});

describe('running statistics', () => {
  it('are the plain mean over batches when the n-th weighs 1/n', async () => {
    const model = TrainableModel.create(mlp());
    const names = ['bn.running_mean', 'bn.running_var'];
    const start = await model.readTensors(names);
    const inputs = [weyl(24, 1), weyl(24, 50), weyl(24, 99)];
    const alone: Float32Array[][] = [];
    for (const input of inputs) {
      await model.forward(input, [6, 4], { train: true, statisticsWeight: 1 });
      const now = await model.readTensors(names);
      alone.push(names.map((name) => now[name]!.data));
    }
    await model.writeTensors(start);
    for (const [n, input] of inputs.entries())
      await model.forward(input, [6, 4], { train: true, statisticsWeight: 1 / (n + 1) });
    const together = await model.readTensors(names);
    names.forEach((name, k) => {
      together[name]!.data.forEach((value, i) => {
        const mean = alone.reduce((sum, stats) => sum + stats[k]![i]!, 0) / inputs.length;
        expect(value).toBeCloseTo(mean, 5);
      });
    });
    expect(alone[0]).not.toEqual(alone[1]);
    await model.close();
  });
});

describe('E_TRAIN_DIVERGED', () => {
  it('names step, learning rate, and the layer with the greatest gradient or weight', async () => {
    const model = TrainableModel.create(mlp());
    await model.configureOptimizer(sgd);
    const { 'fc2.weight': weight } = await model.readTensors(['fc2.weight']);
    const huge = { dims: weight!.dims, data: weight!.data.map(() => Number.POSITIVE_INFINITY) };
    await model.writeTensors({ 'fc2.weight': huge });
    await expect(model.trainStep(batch, { step: 4, lrs: [0.25] })).rejects.toMatchObject({
      code: 'E_TRAIN_DIVERGED',
      params: { step: '4', lr: '0.25', what: 'weight', layer: 'fc2.weight', value: 'inf' },
    });
    await model.close();
  });
});
