import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePipeline, type Pipeline } from '@saker/core-native';
import { evalPipeline, parsePipeline, pipelineHash, trainPipeline } from '@saker/spec';
import { afterAll, expect, test } from 'vitest';
import { JPEG_ORIENTATION_6, pictureFolder, png, rejection } from './fixtures/pictures.js';

const mean = [0.5, 0.4, 0.3];
const std = [0.2, 0.25, 0.3];
const { folder, files, remove } = pictureFolder(12);
afterAll(remove);

const small = (): Pipeline => compilePipeline(evalPipeline({ size: 32, mean, std }));

test('a pipeline tells its spec, hash and output shape', () => {
  const spec = evalPipeline({ size: 32, mean, std });
  const pipeline = compilePipeline(spec);
  expect(pipeline.hash).toBe(pipelineHash(spec));
  expect(pipeline.spec).toEqual(spec);
  expect(pipeline.outputShape).toEqual({ channels: 3, height: 32, width: 32, dtype: 'f32', layout: 'NCHW' });
});

test('fused and reference executors agree', async () => {
  const pipeline = compilePipeline(trainPipeline({ size: 32, mean, std }));
  for (let sampleId = 0; sampleId < 8; sampleId++) {
    const input = files[sampleId] as string;
    const fused = await pipeline.runImage(input, { seed: 3, epoch: 1, sampleId });
    const reference = await pipeline.runImage(input, { seed: 3, epoch: 1, sampleId, executor: 'reference' });
    expect(fused.shape).toEqual([3, 32, 32]);
    const worst = fused.data.reduce((m, v, i) => Math.max(m, Math.abs(v - (reference.data[i] as number))), 0);
    expect(worst).toBeLessThan(2e-3);
  }
});

test('a batch has the pixels of its single pictures, for any number of threads', async () => {
  const pipeline = compilePipeline(trainPipeline({ size: 24, mean, std }));
  const bytes = [...files.slice(0, 6), png(50, 40, 9), JPEG_ORIENTATION_6];
  const sampleIds = bytes.map((_, i) => i * 3);
  const single = await Promise.all(
    bytes.map((input, i) =>
      pipeline.runImage(input, { seed: 5, epoch: 2, sampleId: sampleIds[i] as number }),
    ),
  );
  const size = 3 * 24 * 24;
  for (const threads of [1, 2, 7]) {
    const { data, shape, statuses } = await pipeline.runBatch(bytes, {
      seed: 5,
      epoch: 2,
      sampleIds,
      threads,
    });
    expect(shape).toEqual([8, 3, 24, 24]);
    expect(statuses.every((s) => s === null)).toBe(true);
    single.forEach((one, i) => {
      expect(data.subarray(i * size, (i + 1) * size)).toEqual(one.data);
    });
  }
});

test('randomness follows seed, epoch and sample id', async () => {
  const pipeline = compilePipeline(trainPipeline({ size: 24, mean, std }));
  const run = async (context: object): Promise<string> =>
    Buffer.from((await pipeline.runImage(files[3] as string, context)).data.buffer).toString('base64');
  const base = await run({ seed: 1, epoch: 1, sampleId: 1 });
  expect(await run({ seed: 1, epoch: 1, sampleId: 1 })).toBe(base);
  expect(await run({ seed: 2, epoch: 1, sampleId: 1 })).not.toBe(base);
  expect(await run({ seed: 1, epoch: 2, sampleId: 1 })).not.toBe(base);
  expect(await run({ seed: 1, epoch: 1, sampleId: 2 })).not.toBe(base);
  // Seeds above 32 bits count whole.
  expect(await run({ seed: 2 ** 40 + 1, epoch: 1, sampleId: 1 })).not.toBe(base);
});

test('one bad picture fails one item, whose pixels are zero', async () => {
  const bad = join(folder, 'bad.jpg');
  writeFileSync(bad, 'no picture');
  const size = 3 * 32 * 32;
  const out = new Float32Array(4 * size).fill(9);
  const inputs = [files[0] as string, bad, join(folder, 'gone.png'), png(40, 40)];
  const { data, statuses } = await small().runBatch(inputs, { out });
  expect(data).toBe(out);
  expect(statuses.map((s) => s?.code ?? null)).toEqual([null, 'E_IMAGE_FORMAT', 'E_FILE_NOT_FOUND', null]);
  expect(statuses[1]?.message).toContain(bad);
  expect(out.subarray(size, 3 * size).every((v) => v === 0)).toBe(true);
  expect(out.subarray(3 * size).some((v) => v !== 0)).toBe(true);
});

test('an empty batch is an empty result', async () => {
  const { data, shape, statuses } = await small().runBatch([]);
  expect([data.length, shape, statuses.length]).toEqual([0, [0, 3, 32, 32], 0]);
});

test('u8 NHWC output has its own type and layout', async () => {
  const spec = parsePipeline({
    ops: [{ op: 'CenterCrop', size: [10, 20] }],
    output: { dtype: 'u8', layout: 'NHWC' },
  });
  const { data, shape } = await compilePipeline(spec).runImage(png(60, 50, 1));
  expect(data).toBeInstanceOf(Uint8Array);
  expect(shape).toEqual([10, 20, 3]);
});

test('an output size that depends on the picture runs alone but not in a batch', async () => {
  const pipeline = compilePipeline(parsePipeline({ ops: [{ op: 'Resize', size: [20] }] }));
  expect(pipeline.outputShape.height).toBe(0);
  expect((await pipeline.runImage(png(60, 40))).shape).toEqual([3, 20, 30]);
  expect((await rejection(() => pipeline.runBatch([png(60, 40)]))).code).toBe('E_PIPELINE_UNSUPPORTED');
});

test('a plan is plain data and names the region that is decoded', () => {
  const pipeline = compilePipeline(parsePipeline({ ops: [{ op: 'CenterCrop', size: [10, 20] }] }));
  const plan = pipeline.plan({ width: 60, height: 50 }) as { decode: object; width: number; height: number };
  expect(plan.decode).toEqual({ x: 20, y: 20, width: 20, height: 10, scaleDenom: 1, channels: 3 });
  expect([plan.width, plan.height]).toEqual([20, 10]);
});

test('wrong arguments are refused', async () => {
  const pipeline = small();
  const file = files[0] as string;
  expect(() => compilePipeline({ ops: [{ op: 'Nope' }] } as never)).toThrow(/pipeline/);
  const calls: (() => Promise<unknown>)[] = [
    () => pipeline.runImage(file, { seed: -1 }),
    () => pipeline.runImage(file, { epoch: 2 ** 32 }),
    () => pipeline.runImage(file, { sampleId: 0.5 }),
    () => pipeline.runImage(file, { executor: 'gpu' as never }),
    () => pipeline.runBatch(file as never),
    () => pipeline.runBatch([file, 3 as never]),
    () => pipeline.runBatch([file], { out: new Float32Array(10) }),
    () => pipeline.runBatch([file], { out: new Uint8Array(3 * 32 * 32) as never }),
    () => pipeline.runBatch([file], { sampleIds: [1, 2] }),
    () => pipeline.runBatch([file], { threads: 0 }),
  ];
  for (const call of calls) expect((await rejection(call)).code).toBe('E_ARG_INVALID');
});

test('erased boxes have the value of the spec, and the mean becomes zero', async () => {
  const erase = (value: unknown): Pipeline =>
    compilePipeline(
      parsePipeline({
        ops: [
          { op: 'Resize', size: [20, 30] },
          { op: 'RandomErasing', p: 1, scale: [0.2, 0.2], value },
          { op: 'Normalize', mean, std },
        ],
      }),
    );
  type Step = { box: { x: number; y: number; width: number; height: number } };
  for (const value of ['mean', 255, [0, 255, 0], 'random']) {
    const pipeline = erase(value);
    const { data } = await pipeline.runImage(files[0] as string, { sampleId: 3 });
    const plan = pipeline.plan({ width: 40, height: 36 }, { sampleId: 3 }) as { colors: Step[] };
    const { x, y } = plan.colors[0]!.box;
    const got = [0, 1, 2].map((c) => data[c * 600 + y * 30 + x] as number);
    const level = (c: number): number => (Array.isArray(value) ? value[c] : value) as number;
    if (value === 'random') expect(new Set(got).size).toBe(3);
    else if (value === 'mean') for (const v of got) expect(v).toBeCloseTo(0, 5);
    else got.forEach((v, c) => void expect(v).toBeCloseTo((level(c) / 255 - mean[c]!) / std[c]!, 4));
  }
});
