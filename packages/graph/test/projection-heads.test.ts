import {
  buildModel,
  dinoHead,
  featureExtractor,
  type OnnxModel,
  readTensor,
  simclrHead,
  tensorNumbers,
  writeModel,
} from '@saker/graph';
import { describe, expect, it } from 'vitest';
import { ramp, runOnnx } from './helpers/run.js';

const backbone = featureExtractor(buildModel('small_cnn', { numClasses: 2, size: 32, seed: 3 }));
const dims = [2, 3, 32, 32];
const pixels = ramp(2 * 3 * 32 * 32);

const values = (model: OnnxModel, name: string) =>
  tensorNumbers(readTensor(model.initializer(`projection.${name}`)!));
const run = (model: OnnxModel) => runOnnx(writeModel(model), dims, pixels);

/** x W^T + b, written out. */
function linear(model: OnnxModel, name: string, rows: number[][]): number[][] {
  const [weight, bias] = [values(model, `${name}.weight`), values(model, `${name}.bias`)];
  return rows.map((row) =>
    [...bias].map((b, k) => row.reduce((sum, v, d) => sum + v * weight[k * row.length + d]!, b)),
  );
}

async function features(): Promise<number[][]> {
  const { data } = await run(backbone.model);
  return [0, 1].map((n) => [...data.slice(n * backbone.width, (n + 1) * backbone.width)]);
}

/** erf by its series, which converges fast enough below 3. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const gelu = (rows: number[][]) => rows.map((row) => row.map((v) => 0.5 * v * (1 + erf(v / Math.SQRT2))));

describe('simclrHead', () => {
  it('is W2 relu(W1 h) in ONNX Runtime', async () => {
    const model = simclrHead(backbone, { hidden: 12, width: 7, seed: 1 });
    const { dims: shape, data } = await run(model);
    expect(shape).toEqual([2, 7]);
    const hidden = linear(model, 'fc1', await features()).map((row) => row.map((v) => Math.max(0, v)));
    linear(model, 'fc2', hidden)
      .flat()
      .forEach((v, i) => {
        expect(data[i]).toBeCloseTo(v, 4);
      });
  });

  it('draws its weights by the seed', () => {
    const weights = (seed: number) => values(simclrHead(backbone, { seed }), 'fc1.weight');
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
  });
});

describe('dinoHead', () => {
  it('gives cosines with the rows of its last weight, in ONNX Runtime', async () => {
    const model = dinoHead(backbone, { hidden: 10, bottleneck: 6, width: 9, seed: 1 });
    const { dims: shape, data } = await run(model);
    expect(shape).toEqual([2, 9]);
    let rows = gelu(linear(model, 'fc1', await features()));
    rows = linear(model, 'fc3', gelu(linear(model, 'fc2', rows)));
    const last = values(model, 'last.weight');
    rows.forEach((row, n) => {
      for (let k = 0; k < 9; k++) {
        const weight = [...last.slice(k * 6, (k + 1) * 6)];
        const dot = row.reduce((sum, v, d) => sum + v * weight[d]!, 0);
        expect(data[n * 9 + k]).toBeCloseTo(dot / (Math.hypot(...row) * Math.hypot(...weight)), 4);
      }
    });
  });
});
