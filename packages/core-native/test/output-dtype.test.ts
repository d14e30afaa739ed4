import { compilePipeline, Loader, type Pixels } from '@saker/core-native';
import { TrainableModel } from '@saker/core-native/autograd';
import { type OutputDtype, parsePipeline } from '@saker/spec';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureFolder } from './fixtures/pictures.js';
import { node, tensor } from './fixtures/programs.js';

const { files, remove } = pictureFolder(6);
afterAll(remove);

const pipeline = (dtype: OutputDtype, layout: 'NCHW' | 'NHWC' = 'NCHW') =>
  compilePipeline(
    parsePipeline({
      ops: [
        { op: 'Resize', size: [19, 23] },
        { op: 'Normalize', mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3] },
      ],
      output: { dtype, layout },
    }),
  );

/** What the bits of a small float stand for. */
function numbers(data: Pixels, fraction: 7 | 10): number[] {
  const bias = 2 ** (14 - fraction) - 1;
  return Array.from(data, (bits) => {
    const exponent = (bits & 0x7fff) >> fraction;
    const part = bits & (2 ** fraction - 1);
    const size =
      exponent === 0
        ? part * 2 ** (1 - bias - fraction)
        : (part + 2 ** fraction) * 2 ** (exponent - bias - fraction);
    return bits & 0x8000 ? -size : size;
  });
}

describe.each([
  ['f16', 10],
  ['bf16', 7],
] as const)('%s output', (dtype, fraction) => {
  it.each(['NCHW', 'NHWC'] as const)('is the f32 output rounded, as a Uint16Array, in %s', async (layout) => {
    const exact = await pipeline('f32', layout).runBatch(files);
    const half = await pipeline(dtype, layout).runBatch(files);
    expect(half.data).toBeInstanceOf(Uint16Array);
    expect(half.shape).toEqual(exact.shape);
    numbers(half.data, fraction).forEach((value, i) => {
      const wanted = exact.data[i] as number;
      const ulp = Math.max(Math.abs(wanted) * 2 ** -fraction, 2 ** -24);
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(ulp / 2);
    });
    const one = await pipeline(dtype, layout).runImage(files[2] as string);
    const size = one.data.length;
    expect(one.data).toEqual(half.data.subarray(2 * size, 3 * size));
    const reference = await pipeline(dtype, layout).runImage(files[2] as string, { executor: 'reference' });
    expect(reference.data).toBeInstanceOf(Uint16Array);
  });

  it('is what a loader batches, and tells its type through DLPack', async () => {
    const samples = files.map((path) => ({ path, label: 0 }));
    const loader = new Loader({ pipeline: pipeline(dtype), samples, batchSize: 6 });
    const whole = await pipeline(dtype).runBatch(files);
    const input = { name: 'x', dims: ['N', 3, 19, 23], dtype: 'f32' } as const;
    const model = TrainableModel.create({
      opset: 17,
      inputs: [input],
      outputs: ['y'],
      nodes: [node('Flatten', ['x'], ['f']), node('MatMul', ['f', 'w'], ['y'])],
      tensors: [tensor('w', [3 * 19 * 23, 2], new Float32Array(2 * 3 * 19 * 23))],
    });
    for await (const batch of loader.epoch(0)) {
      expect(Uint16Array.from(batch.data)).toEqual(whole.data);
      await expect(model.evalStep({ input: batch })).rejects.toMatchObject({
        code: 'E_ENGINE_ARGUMENT',
        params: { detail: `the input batch must be f32, received ${dtype}` },
      });
      batch.release();
    }
    loader.close();
    await model.close();
  });

  it('goes into an array of the caller that has its type', async () => {
    const out = new Uint16Array(6 * 3 * 19 * 23);
    expect((await pipeline(dtype).runBatch(files, { out })).data).toBe(out);
    await expect(
      pipeline(dtype).runBatch(files, { out: new Float32Array(out.length) }),
    ).rejects.toMatchObject({
      code: 'E_ARG_INVALID',
    });
  });
});
