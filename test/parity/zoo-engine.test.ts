/** The zoo under both runtimes: what libtorch trains is what ONNX Runtime serves. */
import { createRequire } from 'node:module';
import { TrainableModel } from '@saker/core-native/autograd';
import { buildModel, toProgram, writeModel, ZOO, zooEntry } from '@saker/graph';
import { Random } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');
const BATCH = 2;
/** Their blocks are those of smaller ones; drawing a hundred million weights takes a minute each. */
const LARGE = new Set(['vgg16_bn', 'vit_base_patch16_224']);

/** Smallest input that keeps every map of the network at least two pixels wide, so that batch norms have statistics. */
const sizeOf = (name: string): number => {
  const { minSize, step } = zooEntry(name);
  return Math.ceil(Math.max(64, minSize) / step) * step;
};

describe.each(ZOO.filter((name) => !LARGE.has(name)))('%s', (name) => {
  const size = sizeOf(name);
  const model = buildModel(name, { numClasses: 5, size, seed: 11 });
  const random = new Random(3, 1);
  const dims = [BATCH, 3, size, size];
  const pixels = Float32Array.from({ length: BATCH * 3 * size * size }, () => random.normal());

  it('gives the same scores in libtorch and ONNX Runtime, and every parameter learns', async () => {
    const session = await ort.InferenceSession.create(writeModel(model));
    const trained = TrainableModel.create(toProgram(model));
    try {
      const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', pixels, dims) };
      const expected = (await session.run(feeds))[session.outputNames[0]!]!.data as Float32Array;
      const outputs = await trained.forward(pixels, dims);
      const [scores] = Object.values(outputs);
      const scale = Math.max(1, ...expected.map(Math.abs));
      expected.forEach((value, i) => {
        expect(Math.abs(scores!.data[i]! - value) / scale).toBeLessThan(1e-4);
      });
      const step = { input: pixels, shape: dims, labels: Int32Array.of(0, 1) };
      const { gradients } = await trained.lossAndGradients(step);
      for (const { name: parameter, isBuffer } of trained.parameters()) {
        if (isBuffer) continue;
        const gradient = gradients[parameter]?.data;
        expect(gradient?.every(Number.isFinite), `${parameter} has a finite gradient`).toBe(true);
      }
    } finally {
      await session.release();
      await trained.close();
    }
  });
});
