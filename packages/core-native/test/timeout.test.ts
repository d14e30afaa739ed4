/** A picture may cost so much time and no more. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePipeline, decode, Loader } from '@saker/core-native';
import { invert } from '@saker/core-native/functional';
import { trainPipeline } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureFolder, rejection } from './fixtures/pictures.js';

const { folder, files, remove } = pictureFolder(2);
afterAll(remove);

const bomb = join(folder, 'bomb.jpg');

/** A progressive JPEG whose first scan comes 400 times: each is a pass over the whole picture. */
beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const jpeg = await sharp({ create: { width: 900, height: 900, channels: 3, background: 'red', noise } })
    .jpeg({ progressive: true, quality: 90 })
    .toBuffer();
  const begin = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  let end = begin + 2;
  while (jpeg[end] !== 0xff || jpeg[end + 1] === 0) end++;
  const scans = Array.from({ length: 400 }, () => jpeg.subarray(begin, end));
  writeFileSync(bomb, Buffer.concat([jpeg.subarray(0, begin), ...scans, jpeg.subarray(end)]));
});

test('a progressive bomb is E_IMAGE_TIMEOUT, named, and fails alone', async () => {
  const error = await rejection(() => decode(bomb, { maxDecodeMs: 50 }));
  expect(error.code).toBe('E_IMAGE_TIMEOUT');
  expect(error.message).toBe(`${bomb} takes too long to decode: more than 50 ms of processor time.`);
  const spec = trainPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
  const pipeline = compilePipeline(spec, { maxDecodeMs: 50 });
  expect(pipeline.maxDecodeMs).toBe(50);
  const { statuses } = await pipeline.runBatch([files[0] as string, bomb, files[1] as string]);
  expect(statuses.map((s) => s?.code ?? null)).toEqual([null, 'E_IMAGE_TIMEOUT', null]);
  const samples = [bomb, ...files].map((path) => ({ path, label: 0 }));
  const loader = new Loader({ pipeline, samples, batchSize: 3 });
  for await (const batch of loader.epoch(0)) {
    expect(batch.statuses.map((s) => s?.code ?? null)).toEqual(['E_IMAGE_TIMEOUT', null, null]);
    batch.release();
  }
  loader.close();
});

test('limits that are none are refused', async () => {
  const refused = expect.objectContaining({ code: 'E_ARG_INVALID' });
  for (const maxDecodeMs of [0, -1, 1.5, Number.NaN, 1e9]) {
    await expect(decode(files[0] as string, { maxDecodeMs })).rejects.toEqual(refused);
  }
  expect((await invert(files[0] as string)).channels).toBe(3);
});
