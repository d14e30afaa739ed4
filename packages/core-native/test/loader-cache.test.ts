/** The loader's memory cache and its figures, from outside. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePipeline, Loader, type LoaderCache, type LoaderStats } from '@saker/core-native';
import { trainPipeline } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureFolder } from './fixtures/pictures.js';

const { folder, files, remove } = pictureFolder(20);
afterAll(remove);

const pipeline = compilePipeline(trainPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }));
const mixed: string[] = [];

beforeAll(async () => {
  for (const [i, file] of files.entries()) {
    const image = sharp(readFileSync(file));
    const other = [null, image.jpeg(), image.tiff(), image.gif()][i % 4];
    const path = join(folder, `m${i}`);
    writeFileSync(path, other ? await other.toBuffer() : readFileSync(file));
    mixed.push(path);
  }
});

async function readEpochs(
  paths: readonly string[],
  cache: LoaderCache | undefined,
  epochs: number,
  between = (): void => undefined,
): Promise<{ pixels: Buffer[]; stats: LoaderStats[] }> {
  const samples = paths.map((path, i) => ({ path, label: i % 2 }));
  const loader = new Loader({
    pipeline,
    samples,
    batchSize: 6,
    shuffle: true,
    threads: 2,
    ...(cache && { cache }),
  });
  const pixels: Buffer[] = [];
  const stats: LoaderStats[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const parts: Buffer[] = [];
    for await (const batch of loader.epoch(epoch)) {
      expect(batch.statuses.every((status) => status === null)).toBe(true);
      parts.push(Buffer.from(batch.data.slice().buffer));
      batch.release();
    }
    pixels.push(Buffer.concat(parts));
    stats.push(loader.stats());
    between();
  }
  loader.close();
  return { pixels, stats };
}

test.each(['encoded', 'decoded'] as const)('a cache of %s pictures changes no pixel', async (kind) => {
  const want = (await readEpochs(mixed, undefined, 3)).pixels;
  for (const bytes of [1, 30_000, 2 ** 26]) {
    const { pixels, stats } = await readEpochs(mixed, { kind, bytes }, 3);
    expect(pixels.every((part, epoch) => part.equals(want[epoch] as Buffer))).toBe(true);
    for (const { cacheBytes } of stats) expect(cacheBytes).toBeLessThanOrEqual(bytes);
  }
});

test('pictures that went through sharp are converted once, and kept ones need no file', async () => {
  const copies = mixed.map((path, i) => {
    const copy = join(folder, `copy${i}`);
    writeFileSync(copy, readFileSync(path));
    return copy;
  });
  const cache = { kind: 'decoded', bytes: 2 ** 26 } as const;
  const drop = (): void => {
    for (const copy of copies) rmSync(copy, { force: true });
  };
  const { stats } = await readEpochs(copies, cache, 3, drop);
  const [first, second, third] = stats as [LoaderStats, LoaderStats, LoaderStats];
  expect(first).toMatchObject({ images: 20, failed: 0, cacheHits: 0, cachePictures: 20 });
  expect(first.convertMs).toBeGreaterThan(0);
  expect(second).toMatchObject({ cacheHits: 20, convertMs: first.convertMs, readMs: first.readMs });
  expect(third).toMatchObject({ cacheHits: 40, cacheBytes: first.cacheBytes });
});

test('stats may be asked for at any time and hang together', async () => {
  const samples = [...files, ...files].map((path) => ({ path, label: 0 }));
  const loader = new Loader({ pipeline, samples, batchSize: 4, threads: 2, prefetch: 2 });
  expect(loader.stats()).toMatchObject({
    images: 0,
    elapsedMs: 0,
    imagesPerSecond: 0,
    waitShare: 0,
    slots: 4,
  });
  for await (const batch of loader.epoch(0)) {
    const now = loader.stats();
    expect(now.elapsedMs).toBeGreaterThan(0);
    expect(now.imagesPerSecond).toBeCloseTo((now.images * 1000) / now.elapsedMs, 6);
    expect(now.recentImagesPerSecond).toBeGreaterThan(0);
    expect(now.waitShare).toBeGreaterThanOrEqual(0);
    expect(now.waitShare).toBeLessThanOrEqual(1);
    expect(now.slotsHeld).toBe(1);
    expect(now.slotsHeld + now.slotsReady + now.slotsFilling).toBeLessThanOrEqual(now.slots);
    batch.release();
  }
  const after = loader.stats();
  expect(after).toMatchObject({ images: 40, batches: 10, failed: 0, slotsHeld: 0, cacheBytes: 0 });
  expect(loader.stats().elapsedMs).toBe(after.elapsedMs);
  loader.close();
  expect(loader.stats().images).toBe(40);
});

test('a cache that is none is refused', () => {
  const refused = expect.objectContaining({ code: 'E_ARG_INVALID' });
  const all = ['decoded', { kind: 'decoded' }, { kind: 'both', bytes: 1 }, null];
  for (const cache of [...all, { kind: 'encoded', bytes: 0 }, { kind: 'encoded', bytes: 1.5 }]) {
    const options = { pipeline, samples: [], batchSize: 1, cache: cache as LoaderCache };
    expect(() => new Loader(options)).toThrow(refused);
  }
  const huge = { kind: 'encoded', bytes: Number.MAX_SAFE_INTEGER } as const;
  expect(() => new Loader({ pipeline, samples: [], batchSize: 1, cache: huge })).toThrow(
    expect.objectContaining({ code: 'E_MEMORY' }),
  );
});
