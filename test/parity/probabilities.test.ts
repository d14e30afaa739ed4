/**
 * One pixel path: the trainer's validation, `saker evaluate`, `saker predict` and POST /predict give the same
 * probabilities for the same photos, to 1e-6; and pixels do not depend on the thread count at all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { compilePipeline, Loader } from '@saker/core-native';
import { Predictor } from '@saker/evaluate';
import { readMetadata, readModel } from '@saker/graph';
import { trainPipeline } from '@saker/spec';
import { validate } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, saker, serveModel, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { sharedDir } from '../fixtures/shared.js';
import { type Trained, trainShapes } from '../fixtures/trained.js';

const TOLERANCE = 1e-6;
const PHOTOS = 100;
const { folder, remove } = temporaryFolder('parity');
let trained: Trained;
let photos: string[];
let server: Served;

/** Real photos where they lie beside the checkout, else drawn ones. */
async function findPhotos(): Promise<string[]> {
  const shared = sharedDir();
  if (!shared) {
    console.log('No shared photos beside the checkout: drawn pictures are used instead.');
    return (await writeShapes(join(folder, 'photos'), Math.ceil(PHOTOS / 3), 500)).slice(0, PHOTOS);
  }
  const samples = join(shared, 'data/imagenet-samples');
  return readdirSync(samples)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .slice(0, PHOTOS)
    .map((name) => join(samples, name));
}

beforeAll(async () => {
  trained = await trainShapes(folder, 20, 2);
  photos = await findPhotos();
  server = await serveModel(trained.model);
});
afterAll(async () => {
  await server?.stop();
  remove();
});

const largestDifference = (a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number => {
  expect(a).toHaveLength(b.length);
  let largest = 0;
  a.forEach((row, i) => {
    const other = b[i] ?? [];
    expect(row).toHaveLength(other.length);
    for (let c = 0; c < row.length; c += 1) {
      largest = Math.max(largest, Math.abs((row[c] as number) - (other[c] as number)));
    }
  });
  return largest;
};

describe('the same photos', () => {
  it('get the same probabilities in training, evaluation, prediction and serving', async () => {
    const samples = photos.map((path) => ({ path, label: 0 }));
    const bytes = new Uint8Array(readFileSync(trained.model));
    const validated = await validate(bytes, samples, { batchSize: 32, threads: 2 });
    const predictor = await Predictor.load(trained.model);
    const evaluated = await predictor.predictSamples(samples, { batchSize: 7, threads: 1 });
    const { labels } = predictor;
    await predictor.close();

    const { json } = await saker([
      'predict',
      trained.model,
      ...photos,
      '--top-k',
      String(labels.length),
      '--json',
    ]);
    const predicted = json.results.map((result: { topK: { index: number; confidence: number }[] }) => {
      const row = new Float64Array(labels.length);
      for (const { index, confidence } of result.topK) row[index] = confidence;
      return row;
    });
    const served = await Promise.all(
      photos.map(async (path) => {
        const form = new FormData();
        form.append('file', new Blob([readFileSync(path)]), 'photo');
        const response = await fetch(`${server.url}/predict?probabilities=true`, {
          method: 'POST',
          body: form,
        });
        return ((await response.json()) as { probabilities: number[] }).probabilities;
      }),
    );

    const reference = evaluated.probabilities as Float32Array[];
    const differences = {
      validation: largestDifference(validated.probabilities as Float32Array[], reference),
      predict: largestDifference(predicted, reference),
      serve: largestDifference(served, reference),
    };
    console.log(`largest difference to evaluate over ${photos.length} photos:`, JSON.stringify(differences));
    for (const difference of Object.values(differences)) expect(difference).toBeLessThanOrEqual(TOLERANCE);
    // Probabilities, and not all alike: the comparison means something.
    for (const row of reference) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(new Set(reference.map((row) => row[0]?.toFixed(6))).size).toBeGreaterThan(photos.length / 2);
  });
});

describe('pixels', () => {
  it('are bit-equal for 1, 2 and 7 threads, with and without augmentation', async () => {
    const metadata = readMetadata(readModel(trained.model));
    if (!metadata) throw new Error('the trained model carries no metadata');
    const augmented = trainPipeline({ size: 96, colorJitter: [0.2, 0.2, 0.2, 0.05] });
    for (const spec of [metadata.pipelines.eval, augmented]) {
      const runs: Map<number, Float32Array>[] = [];
      for (const threads of [1, 2, 7]) {
        const loader = new Loader({
          pipeline: compilePipeline(spec),
          samples: photos.map((path, id) => ({ path, label: 0, id })),
          batchSize: 16,
          shuffle: true,
          seed: 3,
          threads,
        });
        const pixels = new Map<number, Float32Array>();
        for await (const batch of loader.epoch(1)) {
          const length = batch.data.length / batch.count;
          for (let i = 0; i < batch.count; i += 1) {
            pixels.set(
              batch.sampleIds[i] as number,
              Float32Array.from(batch.data.subarray(i * length, (i + 1) * length)),
            );
          }
          batch.release();
        }
        loader.close();
        runs.push(pixels);
      }
      const [one, ...others] = runs;
      expect(one?.size).toBe(photos.length);
      for (const other of others) {
        expect([...other.keys()]).toEqual([...(one?.keys() ?? [])]);
        for (const [id, row] of other) expect(Buffer.compare(bytesOf(row), bytesOf(one?.get(id)))).toBe(0);
      }
    }
    console.log(
      `pixels of ${photos.length} photos bit-equal for 1, 2 and 7 threads (${cpus().length} cores here)`,
    );
  });
});

function bytesOf(row: Float32Array | undefined): Buffer {
  return row ? Buffer.from(row.buffer, row.byteOffset, row.byteLength) : Buffer.alloc(0);
}
