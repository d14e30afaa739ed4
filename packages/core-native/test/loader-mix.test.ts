import { compilePipeline, Loader, type LoaderOptions } from '@saker/core-native';
import { mixingOps, parsePipeline, trainPipeline } from '@saker/spec';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureFolder } from './fixtures/pictures.js';

const { files, remove } = pictureFolder(12);
afterAll(remove);

const plainSpec = trainPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
const plain = compilePipeline(plainSpec);
const mixing = (o: Parameters<typeof mixingOps>[0]) =>
  compilePipeline(parsePipeline({ ...plainSpec, batch: mixingOps(o) }));

function loaderOf(pipeline: LoaderOptions['pipeline'], options: Partial<LoaderOptions> = {}): Loader {
  const samples = files.map((path, i) => ({ path, label: i % 3 }));
  return new Loader({ pipeline, samples, batchSize: 6, seed: 11, ...options });
}

async function read(loader: Loader, epoch = 0) {
  const batches = [];
  for await (const batch of loader.epoch(epoch)) {
    const { targets } = batch;
    batches.push({ data: Float32Array.from(batch.data), targets, labels: batch.labels, count: batch.count });
    batch.release();
  }
  loader.close();
  return batches;
}

describe('a loader whose pipeline mixes', () => {
  it('blends pictures and targets by the same share', async () => {
    const [before] = await read(loaderOf(plain));
    const [after] = await read(loaderOf(mixing({ mixup: 1, mode: 'element' })));
    expect(before?.targets).toBeUndefined();
    expect(after?.targets).toHaveLength(6 * 3);
    const size = 768;
    for (let i = 0; i < 6; i++) {
      const partner = 5 - i;
      const row = after?.targets?.subarray(i * 3, (i + 1) * 3) as Float32Array;
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      const [own, other] = [before?.labels[i] as number, before?.labels[partner] as number];
      const keep = own === other ? Number.NaN : (row[own] as number);
      if (Number.isNaN(keep)) continue;
      for (let k = 0; k < size; k += 7) {
        const want =
          keep * (before?.data[i * size + k] as number) +
          (1 - keep) * (before?.data[partner * size + k] as number);
        expect(after?.data[i * size + k]).toBeCloseTo(want, 5);
      }
    }
  });

  it('cuts boxes whose area is the share of the partner in the targets', async () => {
    const [before] = await read(loaderOf(plain));
    const [after] = await read(loaderOf(mixing({ cutmix: 1, mode: 'pair' })));
    let changed = 0;
    let given = 0;
    for (let i = 0; i < 6; i++) {
      const [own, other] = [before?.labels[i] as number, before?.labels[5 - i] as number];
      if (own === other) continue;
      const share = 1 - (after?.targets?.[i * 3 + own] as number);
      let count = 0;
      for (let k = 0; k < 256; k++) {
        const at = [0, 1, 2].map((c) => i * 768 + c * 256 + k);
        const partner = [0, 1, 2].map((c) => (5 - i) * 768 + c * 256 + k);
        const now = at.map((p) => after?.data[p]);
        if (now.every((v, c) => v === before?.data[at[c] as number])) continue;
        expect(now).toEqual(partner.map((p) => before?.data[p]));
        count += 1;
      }
      expect(count / 256).toBeLessThanOrEqual(share + 1e-6);
      changed += count / 256;
      given += share;
    }
    // A pixel that both pictures share does not show.
    expect(given).toBeGreaterThan(0);
    expect(changed).toBeGreaterThan(given / 2);
  });

  it('gives the same batches for any number of threads', async () => {
    const pipeline = mixing({ mixup: 0.8, cutmix: 1, mode: 'element' });
    const first = await read(loaderOf(pipeline, { threads: 1, shuffle: true }), 3);
    const again = await read(loaderOf(pipeline, { threads: 6, prefetch: 5, shuffle: true }), 3);
    expect(again).toEqual(first);
    expect(await read(loaderOf(pipeline, { shuffle: true }), 4)).not.toEqual(first);
  });

  it('makes targets as wide as asked for, and refuses too few classes', async () => {
    const [batch] = await read(loaderOf(mixing({ mixup: 1 }), { numClasses: 7 }));
    expect(batch?.targets).toHaveLength(6 * 7);
    expect(() => loaderOf(mixing({ mixup: 1 }), { numClasses: 2 })).toThrow(/numClasses/);
  });

  it('leaves single pictures and runBatch alone', async () => {
    const inputs = files.slice(0, 4);
    const mixed = await mixing({ mixup: 1 }).runBatch(inputs, { seed: 1 });
    const single = await plain.runBatch(inputs, { seed: 1 });
    expect(mixed.data).toEqual(single.data);
  });
});
