/** A folder of mixed formats trains like one of PNGs: the loader converts what native code cannot read. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePipeline, Loader } from '@saker/core-native';
import { trainPipeline } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureFolder } from './fixtures/pictures.js';

const { folder, files, remove } = pictureFolder(14);
afterAll(remove);

const pipeline = compilePipeline(trainPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }));

/** The pictures of `files`, losslessly in other formats. */
const mixed: string[] = [];

beforeAll(async () => {
  for (const [i, file] of files.entries()) {
    const image = sharp(readFileSync(file));
    const kind = i % 3;
    if (kind === 0) mixed.push(file);
    else {
      const path = join(folder, `m${i}`);
      const other = kind === 1 ? image.tiff({ compression: 'lzw' }) : image.webp({ lossless: true });
      writeFileSync(path, await other.toBuffer());
      mixed.push(path);
    }
  }
});

async function read(
  paths: readonly string[],
  threads = 2,
): Promise<{ pixels: Buffer; codes: (string | null)[] }> {
  const samples = paths.map((path, i) => ({ path, label: i % 2 }));
  const loader = new Loader({
    pipeline,
    samples,
    batchSize: 4,
    shuffle: true,
    seed: 3,
    threads,
    prefetch: 1,
  });
  const parts: Buffer[] = [];
  const codes: (string | null)[] = [];
  for await (const batch of loader.epoch(1)) {
    parts.push(Buffer.from(batch.data.slice().buffer));
    codes.push(...batch.statuses.map((s) => s?.code ?? null));
    batch.release();
  }
  loader.close();
  return { pixels: Buffer.concat(parts), codes };
}

test('a mixed folder gives the pixels of the same pictures as PNG, for any number of threads', async () => {
  const want = await read(files);
  for (const threads of [1, 2, 5]) {
    const got = await read(mixed, threads);
    expect(got.codes).toEqual(files.map(() => null));
    expect(got.pixels.equals(want.pixels)).toBe(true);
  }
});

test('one that cannot be converted fails alone, by name and code', async () => {
  const cut = join(folder, 'cut.tif');
  writeFileSync(cut, readFileSync(mixed[1] as string).subarray(0, 60));
  const text = join(folder, 'notes.gif');
  writeFileSync(text, 'no picture');
  const samples = [...mixed, cut, text].map((path) => ({ path, label: 0 }));
  const loader = new Loader({ pipeline, samples, batchSize: 32 });
  for await (const batch of loader.epoch(0)) {
    expect(batch.statuses.slice(0, 14).every((s) => s === null)).toBe(true);
    const [one, two] = batch.statuses.slice(14);
    expect(['E_IMAGE_TRUNCATED', 'E_IMAGE_CORRUPT']).toContain(one?.code);
    expect(one?.message).toContain(cut);
    expect(two?.code).toBe('E_IMAGE_FORMAT');
    expect(two?.message).toContain(text);
    batch.release();
  }
  expect(loader.stats().failed).toBe(2);
  loader.close();
});

test('leaving an epoch or closing the loader in the middle of conversions does no harm', async () => {
  const samples = [...mixed, ...mixed, ...mixed].map((path) => ({ path, label: 0 }));
  const loader = new Loader({ pipeline, samples, batchSize: 4, prefetch: 2 });
  for (let round = 0; round < 5; round++) {
    for await (const batch of loader.epoch(round)) {
      batch.release();
      break;
    }
  }
  let count = 0;
  for await (const batch of loader.epoch(9)) {
    count += batch.statuses.filter((s) => s === null).length;
    batch.release();
  }
  expect(count).toBe(samples.length);
  for await (const batch of loader.epoch(10)) {
    batch.release();
    loader.close();
    break;
  }
});
