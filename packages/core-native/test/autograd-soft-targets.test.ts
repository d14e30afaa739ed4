import { TrainableModel } from '@saker/core-native/autograd';
import type { GraphProgram } from '@saker/spec';
import { afterAll, describe, expect, it } from 'vitest';
import { weyl } from './fixtures/numbers.js';
import { mlp, node, tensor } from './fixtures/programs.js';

const N = 6;
const K = 3;
const D = 4;
const input = { input: weyl(N * D), shape: [N, D] };
const labels = Int32Array.of(0, 1, 2, 2, 1, 0);
const others = Int32Array.of(1, 1, 0, 2, 0, 2);

const oneHot = (classes: Int32Array): Float32Array => {
  const rows = new Float32Array(classes.length * K);
  classes.forEach((c, i) => {
    rows[i * K + c] = 1;
  });
  return rows;
};
const mixed = (lambda: (item: number) => number): Float32Array => {
  const a = oneHot(labels);
  const b = oneHot(others);
  return a.map((v, at) => {
    const keep = lambda(Math.floor(at / K));
    return keep * v + (1 - keep) * (b[at] as number);
  });
};

/** logits = x W^T + b: its gradients can be written down. */
function linear(): GraphProgram {
  return {
    opset: 17,
    inputs: [{ name: 'x', dims: ['N', D], dtype: 'f32' }],
    outputs: ['logits'],
    nodes: [node('Gemm', ['x', 'w', 'b'], ['logits'], { transB: 1 })],
    tensors: [tensor('w', [K, D], weyl(K * D, 500)), tensor('b', [K], weyl(K, 900))],
  };
}

/** Loss, d loss/d W and d loss/d b of the linear model in double: d loss/d logit = (softmax - q) / N. */
function expected(targets: Float32Array, smoothing: number, kept: readonly number[]) {
  const w = weyl(K * D, 500);
  const b = weyl(K, 900);
  const dw = new Float64Array(K * D);
  const db = new Float64Array(K);
  let loss = 0;
  for (const i of kept) {
    const x = input.input.subarray(i * D, (i + 1) * D);
    const logits = Array.from(b, (bias, k) =>
      x.reduce((sum, v, d) => sum + v * (w[k * D + d] as number), bias),
    );
    const total = Math.log(logits.reduce((sum, v) => sum + Math.exp(v), 0));
    logits.forEach((logit, k) => {
      const q = (1 - smoothing) * (targets[i * K + k] as number) + smoothing / K;
      loss -= (q * (logit - total)) / kept.length;
      const slope = (Math.exp(logit - total) - q) / kept.length;
      db[k] = (db[k] as number) + slope;
      for (let d = 0; d < D; d++) dw[k * D + d] = (dw[k * D + d] as number) + slope * (x[d] as number);
    });
  }
  return { loss, dw, db };
}

describe('soft targets', () => {
  const model = TrainableModel.create(linear());
  afterAll(() => model.close());

  it.each([0, 0.1, 0.6])(
    'give the loss and the gradients of the formula with label smoothing %f',
    async (s) => {
      const targets = mixed((i) => 0.15 * i + 0.1);
      for (const mask of [undefined, Uint8Array.of(1, 0, 1, 1, 1, 0)]) {
        const kept = [...Array(N).keys()].filter((i) => mask === undefined || mask[i] === 1);
        const want = expected(targets, s, kept);
        const options = { labelSmoothing: s };
        const step = { ...input, targets, ...(mask && { mask }) };
        const { loss, gradients } = await model.lossAndGradients(step, options);
        expect(loss).toBeCloseTo(want.loss, 5);
        want.dw.forEach((v, at) => {
          expect(gradients.w?.data[at]).toBeCloseTo(v, 5);
        });
        want.db.forEach((v, at) => {
          expect(gradients.b?.data[at]).toBeCloseTo(v, 5);
        });
        expect((await model.evalStep(step, options)).loss).toBeCloseTo(want.loss, 5);
      }
    },
  );

  it('count a hit where the greatest logit stands at the greatest target', async () => {
    const { probabilities } = await model.evalStep({ ...input, labels });
    const best = Array.from({ length: N }, (_, i) => {
      const row = [...probabilities.subarray(i * K, (i + 1) * K)];
      return row.indexOf(Math.max(...row));
    });
    const right = new Float32Array(N * K).fill(0.2);
    best.forEach((k, i) => {
      right[i * K + k] = 0.6;
    });
    expect(await model.evalStep({ ...input, targets: right })).toMatchObject({ correct: N, count: N });
    right.fill(0.2, 0, K);
    right[((best[0] as number) + 1) % K] = 0.6;
    expect(await model.evalStep({ ...input, targets: right })).toMatchObject({ correct: N - 1 });
  });

  it('are refused when they do not fit the batch or the classes, or are no probabilities', async () => {
    const refused = (targets: unknown, more = {}) =>
      expect(model.evalStep({ ...input, targets: targets as Float32Array, ...more })).rejects.toMatchObject({
        code: 'E_ENGINE_ARGUMENT',
      });
    await refused(new Float32Array(N * K - 1));
    await refused(new Float32Array(0));
    await refused(new Float32Array(N * (K + 1)));
    await refused(new Float32Array(N * K).fill(Number.NaN));
    await refused(new Float32Array(N * K).fill(-0.1));
    await refused(new Float64Array(N * K));
    await refused(
      mixed(() => 0.5),
      { mask: Uint8Array.of(1, 1) },
    );
  });

  it('come from a batch that has them, unless labels are given', async () => {
    const targets = mixed(() => 0.3);
    const batch = { data: input.input, shape: input.shape, labels, targets };
    const soft = (await model.evalStep({ ...input, targets })).loss;
    const hard = (await model.evalStep({ ...input, labels })).loss;
    expect((await model.evalStep({ input: batch })).loss).toBe(soft);
    expect((await model.evalStep({ input: batch, labels })).loss).toBe(hard);
  });
});

describe('a batch normalised model', () => {
  it('has the loss and gradients of class indices for one-hot rows, and their blend for a blend', async () => {
    const model = TrainableModel.create(mlp());
    const options = { labelSmoothing: 0.1 };
    const a = await model.lossAndGradients({ ...input, labels }, options);
    const same = await model.lossAndGradients({ ...input, targets: oneHot(labels) }, options);
    expect(same.loss).toBeCloseTo(a.loss, 6);
    const b = await model.lossAndGradients({ ...input, labels: others }, options);
    const blend = await model.lossAndGradients({ ...input, targets: mixed(() => 0.7) }, options);
    expect(blend.loss).toBeCloseTo(0.7 * a.loss + 0.3 * b.loss, 5);
    for (const [name, { data }] of Object.entries(blend.gradients)) {
      data.forEach((v, at) => {
        expect(same.gradients[name]?.data[at]).toBeCloseTo(a.gradients[name]?.data[at] as number, 6);
        const want = 0.7 * (a.gradients[name]?.data[at] ?? 0) + 0.3 * (b.gradients[name]?.data[at] ?? 0);
        expect(v).toBeCloseTo(want, 5);
      });
    }
    await model.close();
  });
});
