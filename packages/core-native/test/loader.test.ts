import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, compilePipeline, Loader, type LoaderOptions } from '@saker/core-native';
import { evalPipeline, parsePipeline, trainPipeline } from '@saker/spec';
import { afterAll, expect, test } from 'vitest';
import { pictureFolder, rejection } from './fixtures/pictures.js';

const { folder, files, remove } = pictureFolder(23);
afterAll(remove);

const pipeline = compilePipeline(trainPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }));

function loaderOf(options: Partial<LoaderOptions> = {}): Loader {
  const samples = files.map((path, i) => ({ path, label: i % 3 }));
  return new Loader({ pipeline, samples, batchSize: 5, shuffle: true, seed: 11, ...options });
}

async function readEpoch(loader: Loader, epoch: number): Promise<{ ids: number[]; pixels: Buffer }> {
  const ids: number[] = [];
  const parts: Buffer[] = [];
  for await (const batch of loader.epoch(epoch)) {
    ids.push(...batch.sampleIds);
    parts.push(Buffer.from(batch.data.slice().buffer));
    batch.release();
  }
  return { ids, pixels: Buffer.concat(parts) };
}

test('an epoch visits every sample once, in an order of its own, the same each time', async () => {
  const loader = loaderOf();
  const first = await readEpoch(loader, 0);
  const second = await readEpoch(loader, 1);
  const again = await readEpoch(loader, 0);
  loader.close();
  expect([...first.ids].sort((a, b) => a - b)).toEqual(files.map((_, i) => i));
  expect(second.ids).not.toEqual(first.ids);
  expect(again.ids).toEqual(first.ids);
  expect(again.pixels.equals(first.pixels)).toBe(true);
});

test('pixels are the same for any number of threads and batches ahead', async () => {
  const results = [];
  for (const threads of [1, 2, 7]) {
    for (const prefetch of [1, 6]) {
      const loader = loaderOf({ threads, prefetch });
      results.push(await readEpoch(loader, 4));
      loader.close();
    }
  }
  for (const { ids, pixels } of results) {
    expect(ids).toEqual(results[0]?.ids);
    expect(pixels.equals(results[0]?.pixels as Buffer)).toBe(true);
  }
});

test('an epoch may begin at any batch, and goes on as the whole one does', async () => {
  const loader = loaderOf();
  const whole: { ids: number[]; pixels: Buffer }[] = [];
  for await (const batch of loader.epoch(2)) {
    whole.push({ ids: [...batch.sampleIds], pixels: Buffer.from(batch.data.slice().buffer) });
    batch.release();
  }
  for (let first = 0; first <= loader.batchesPerEpoch; first++) {
    let at = first;
    for await (const batch of loader.epoch(2, first)) {
      expect([...batch.sampleIds], `batch ${at} from ${first}`).toEqual(whole[at]!.ids);
      expect(Buffer.from(batch.data.slice().buffer).equals(whole[at]!.pixels)).toBe(true);
      batch.release();
      at += 1;
    }
    expect(at).toBe(whole.length);
  }
  await expect(loader.epoch(2, whole.length + 1).next()).rejects.toMatchObject({ code: 'E_ARG_INVALID' });
  loader.close();
});

test.each([true, 'library'] as const)(
  'decodeOnly %s decodes the same pictures and gives zeros',
  async (decodeOnly) => {
    const loader = loaderOf({ decodeOnly });
    const { ids, pixels } = await readEpoch(loader, 2);
    const { decodeMs, pixelMs, failed } = loader.stats();
    loader.close();
    const whole = loaderOf();
    expect(ids).toEqual((await readEpoch(whole, 2)).ids);
    whole.close();
    expect(pixels.every((byte) => byte === 0)).toBe(true);
    expect(decodeMs).toBeGreaterThan(0);
    expect({ pixelMs, failed }).toEqual({ pixelMs: 0, failed: 0 });
  },
);

test('batches carry shape, labels, ids and number, and the last one may be short', async () => {
  const loader = loaderOf({ shuffle: false });
  expect(loader.batchesPerEpoch).toBe(5);
  const seen: Batch[] = [];
  for await (const batch of loader.epoch(0)) {
    expect(batch.index).toBe(seen.length);
    expect(batch.shape).toEqual([batch.count, 3, 16, 16]);
    expect(batch.data.length).toBe(batch.count * 768);
    expect([...batch.labels]).toEqual([...batch.sampleIds].map((id) => id % 3));
    seen.push(batch);
    batch.release();
  }
  expect(seen.map((b) => b.count)).toEqual([5, 5, 5, 5, 3]);
  loader.close();
  const dropping = loaderOf({ dropLast: true });
  expect((await readEpoch(dropping, 0)).ids.length).toBe(20);
  dropping.close();
});

test('a sample id of its own keeps the pixels of that sample', async () => {
  const plain = loaderOf({ shuffle: false });
  const { pixels } = await readEpoch(plain, 2);
  plain.close();
  const samples = files.map((path, id) => ({ path, label: 0, id })).reverse();
  const reversed = loaderOf({ samples, shuffle: false, batchSize: 23 });
  const back = await readEpoch(reversed, 2);
  reversed.close();
  const size = 768 * 4;
  for (let i = 0; i < files.length; i++) {
    const j = files.length - 1 - i;
    expect(
      back.pixels.subarray(j * size, (j + 1) * size).equals(pixels.subarray(i * size, (i + 1) * size)),
    ).toBe(true);
  }
});

test('one bad file fails one item and is named', async () => {
  const bad = join(folder, 'bad.png');
  writeFileSync(bad, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const samples = [...files.slice(0, 3), bad, join(folder, 'gone.jpg')].map((path) => ({ path, label: 0 }));
  const loader = loaderOf({ samples, shuffle: false });
  for await (const batch of loader.epoch(0)) {
    const codes = batch.statuses.map((s) => s?.code ?? null);
    expect(codes).toEqual([null, null, null, 'E_IMAGE_TRUNCATED', 'E_FILE_NOT_FOUND']);
    expect(batch.statuses[3]?.message).toContain(bad);
    expect(batch.data.subarray(3 * 768).every((v) => v === 0)).toBe(true);
    batch.release();
  }
  expect(loader.stats()).toMatchObject({ images: 5, failed: 2, batches: 1 });
  loader.close();
});

test('leaving an epoch early cancels it, and the loader goes on', async () => {
  const loader = loaderOf({ batchSize: 2, threads: 3 });
  const whole = await readEpoch(loader, 7);
  for (let i = 0; i < 10; i++) {
    for await (const batch of loader.epoch(7)) {
      batch.release();
      if (batch.index === i % 3) break;
    }
  }
  await expect(
    (async () => {
      for await (const batch of loader.epoch(7)) throw new Error(`stop at ${batch.index}`);
    })(),
  ).rejects.toThrow('stop at 0');
  expect((await readEpoch(loader, 7)).pixels.equals(whole.pixels)).toBe(true);
  loader.close();
});

test('a batch taken out of its loop stays valid until it is released', async () => {
  const loader = loaderOf({ shuffle: false });
  let kept: Batch | undefined;
  for await (const batch of loader.epoch(0)) {
    kept = batch;
    break;
  }
  const before = kept?.data.slice();
  await readEpoch(loader, 1);
  loader.close();
  expect(kept?.data).toEqual(before);
  kept?.release();
  expect(kept?.data.length).toBe(0);
  kept?.release();
  expect(() => kept?.toDLPack()).toThrow(/closed/);
});

test('a DLPack capsule keeps the slot leased after release', async () => {
  const loader = loaderOf({ batchSize: 1, prefetch: 1 });
  const iterator = loader.epoch(0);
  const capsules: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const batch = (await iterator.next()).value as Batch;
    capsules.push(batch.toDLPack());
    batch.release();
  }
  const error = await rejection(() => iterator.next());
  expect(error.code).toBe('E_BUSY');
  expect(error.message).toMatch(/^The loader is busy: all 3 batch slots are held/);
  expect(capsules.length).toBe(3);
  loader.close();
});

test('filling stops when the slots are full', async () => {
  const loader = loaderOf({ batchSize: 2, prefetch: 1, threads: 2 });
  const iterator = loader.epoch(0);
  const first = (await iterator.next()).value as Batch;
  await sleep(150);
  expect(loader.stats().images).toBe(6);
  first.release();
  await iterator.return?.();
  loader.close();
});

test('a later epoch ends an earlier one with E_CANCELLED', async () => {
  const loader = loaderOf();
  const early = loader.epoch(0);
  ((await early.next()).value as Batch).release();
  const late = loader.epoch(1);
  ((await late.next()).value as Batch).release();
  expect((await rejection(() => early.next())).code).toBe('E_CANCELLED');
  let count = 1;
  for await (const batch of late) {
    count += 1;
    batch.release();
  }
  expect(count).toBe(5);
  loader.close();
});

test('a closed loader says so, also to a reader that waits', async () => {
  const loader = loaderOf();
  const iterator = loader.epoch(0);
  ((await iterator.next()).value as Batch).release();
  loader.close();
  loader.close();
  expect((await rejection(() => iterator.next())).code).toBe('E_CLOSED');
  expect((await rejection(() => loader.epoch(1).next())).code).toBe('E_CLOSED');
});

test('no samples make an empty epoch', async () => {
  const loader = loaderOf({ samples: [] });
  expect((await readEpoch(loader, 0)).ids).toEqual([]);
  loader.close();
});

test('wrong options are refused', () => {
  const refused = (options: object): void => {
    expect(() => loaderOf(options)).toThrow(expect.objectContaining({ code: 'E_ARG_INVALID' }));
  };
  refused({ batchSize: 0 });
  refused({ batchSize: 2.5 });
  refused({ threads: 0 });
  refused({ prefetch: 0 });
  refused({ seed: -1 });
  refused({ samples: 'x' });
  refused({ samples: [{ path: '', label: 0 }] });
  refused({ samples: [{ path: 'a', label: -1 }] });
  refused({ samples: [{ path: 'a', label: 0, id: 2 ** 31 }] });
  refused({ pipeline: evalPipeline({ size: 8, mean: [0], std: [1] }) });
  const open = compilePipeline(parsePipeline({ ops: [{ op: 'Resize', size: [8] }] }));
  expect(() => loaderOf({ pipeline: open })).toThrow(
    expect.objectContaining({ code: 'E_PIPELINE_UNSUPPORTED' }),
  );
});
