import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compilePipeline, decode, Loader, probe } from '@saker/core-native';
import { ERRORS, SakerError, trainPipeline } from '@saker/spec';
import { expect, test } from 'vitest';
import { sharedDir } from '../../../test/fixtures/shared.js';

const shared = sharedDir();
if (shared === null) process.stdout.write('skipped: real photos (no ../shared beside the checkout)\n');

const list = (folder: string): string[] =>
  readdirSync(join(shared as string, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

test.skipIf(shared === null)(
  'pixel batches of real photos are bit-equal for 1, 2 and 7 threads',
  async () => {
    const pipeline = compilePipeline(
      trainPipeline({ size: 128, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }),
    );
    const photos = list('data/imagenet-samples').filter((file) => /\.jpe?g$/i.test(file));
    const samples = photos.slice(0, 100).map((path, label) => ({ path, label }));
    const epochs: Buffer[] = [];
    for (const threads of [1, 2, 7]) {
      const loader = new Loader({ pipeline, samples, batchSize: 32, shuffle: true, seed: 1, threads });
      const parts: Buffer[] = [];
      for await (const batch of loader.epoch(0)) {
        expect(batch.statuses.every((s) => s === null)).toBe(true);
        parts.push(Buffer.from(batch.data.slice().buffer));
        batch.release();
      }
      loader.close();
      epochs.push(Buffer.concat(parts));
    }
    expect(samples.length).toBe(100);
    expect(epochs[1]?.equals(epochs[0] as Buffer)).toBe(true);
    expect(epochs[2]?.equals(epochs[0] as Buffer)).toBe(true);
  },
);

test.skipIf(shared === null)('every awkward file gives pixels or a picture error', async () => {
  const pipeline = compilePipeline(trainPipeline({ size: 64, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }));
  const files = list('data/awkward');
  expect(files.length).toBeGreaterThan(100);
  let good = 0;
  for (const file of files) {
    const [pixels, tensor] = await Promise.allSettled([decode(file), pipeline.runImage(file)]);
    if (pixels.status === 'fulfilled') {
      const { data, width, height } = pixels.value;
      expect(data.length).toBe(width * height * 3);
      good += 1;
    }
    for (const result of [pixels, tensor]) {
      if (result.status === 'fulfilled') continue;
      expect(result.reason, file).toBeInstanceOf(SakerError);
      const { code } = result.reason as SakerError;
      expect(code, file).toMatch(/^E_IMAGE_/);
      expect(ERRORS[code].httpStatus).toBeLessThan(500);
    }
  }
  expect(good).toBeGreaterThan(50);
});

test.skipIf(shared === null)('all eight orientations of a photo are the same upright photo', async () => {
  for (const name of ['Landscape', 'Portrait']) {
    const folder = join(shared as string, 'data/awkward/exif-orientation');
    const upright = await decode(join(folder, `${name}_1.jpg`));
    for (let orientation = 2; orientation <= 8; orientation++) {
      const file = join(folder, `${name}_${orientation}.jpg`);
      expect((await probe(file)).orientation).toBe(orientation);
      const turned = await decode(file);
      expect([turned.width, turned.height]).toEqual([upright.width, upright.height]);
      // The photos carry their orientation's number as a caption, so they are alike, not equal.
      const last = turned.data.length - 3;
      let alike = 0;
      let upsideDown = 0;
      turned.data.forEach((v, i) => {
        alike += Math.abs(v - (upright.data[i] as number));
        upsideDown += Math.abs(v - (upright.data[last - i + 2 * (i % 3)] as number));
      });
      expect(alike / turned.data.length).toBeLessThan(18);
      expect(upsideDown / turned.data.length).toBeGreaterThan(40);
    }
  }
});
