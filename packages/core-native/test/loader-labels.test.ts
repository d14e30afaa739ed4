import { compilePipeline, Loader, type LoaderOptions } from '@saker/core-native';
import { mixingOps, parsePipeline, trainPipeline } from '@saker/spec';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureFolder } from './fixtures/pictures.js';

const { files, remove } = pictureFolder(12);
afterAll(remove);

const spec = trainPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
const plain = compilePipeline(spec);
const lists = [[0, 2], [], [1], [0, 1, 2, 3], [3], [1, 3], [2], [0], [], [0, 3], [1, 2], [2, 3]];
const samples = files.map((path, i) => ({ path, label: 0, labelList: lists[i] as number[] }));

async function read(options: Partial<LoaderOptions>, epoch = 0) {
  const loader = new Loader({ pipeline: plain, samples, batchSize: 6, seed: 3, ...options });
  const seen: { ids: number[]; targets: Float32Array | undefined; data: Float32Array; ok: boolean[] }[] = [];
  for await (const batch of loader.epoch(epoch)) {
    seen.push({
      ids: [...batch.sampleIds],
      targets: batch.targets,
      data: Float32Array.from(batch.data),
      ok: batch.statuses.map((s) => s === null),
    });
    batch.release();
  }
  loader.close();
  return seen;
}

const hot = (labels: readonly number[], width = 4): number[] =>
  Array.from({ length: width }, (_, c) => Number(labels.includes(c)));

describe('samples with lists of labels', () => {
  it('give a row with a 1 for each of their classes, in whatever order they come', async () => {
    const batches = await read({ shuffle: true, numClasses: 4 });
    expect(batches.flatMap(({ ids }) => ids).sort((a, b) => a - b)).toEqual(files.map((_, i) => i));
    for (const { ids, targets } of batches)
      ids.forEach((id, i) => {
        expect([...(targets as Float32Array).subarray(i * 4, i * 4 + 4)]).toEqual(hot(lists[id] as number[]));
      });
  });

  it('take the width from their largest label, and leave the row of a failed picture empty', async () => {
    const broken = samples.map((sample, i) =>
      i === 3 ? { ...sample, path: `${sample.path}.gone` } : sample,
    );
    const [first] = await read({ samples: broken });
    expect(first?.targets).toHaveLength(6 * 4);
    expect(first?.ok[3]).toBe(false);
    expect([...(first as { targets: Float32Array }).targets.subarray(12, 16)]).toEqual([0, 0, 0, 0]);
  });

  it('are mixed like the pictures: MixUp blends the rows of several ones', async () => {
    const mixing = compilePipeline(
      parsePipeline({ ...spec, batch: mixingOps({ mixup: 1, mode: 'element' }) }),
    );
    const [before] = await read({});
    const [after] = await read({ pipeline: mixing });
    let blended = 0;
    for (let i = 0; i < 6; i++) {
      const [own, other] = [hot(lists[i] as number[]), hot(lists[5 - i] as number[])];
      const row = [...(after as { targets: Float32Array }).targets.subarray(i * 4, i * 4 + 4)];
      const at = own.findIndex((v, c) => v !== other[c]);
      const keep = at < 0 ? 1 : own[at] === 1 ? (row[at] as number) : 1 - (row[at] as number);
      row.forEach((v, c) => {
        expect(v).toBeCloseTo(keep * (own[c] as number) + (1 - keep) * (other[c] as number), 6);
      });
      const pixel = (of: typeof before, item: number) => of?.data[item * 768 + 5] as number;
      expect(pixel(after, i)).toBeCloseTo(keep * pixel(before, i) + (1 - keep) * pixel(before, 5 - i), 5);
      blended += Number(keep > 0.01 && keep < 0.99);
    }
    expect(blended).toBeGreaterThan(0);
  });

  it('all or none have one; labels are whole numbers below the number of classes', () => {
    const loader = (options: Partial<LoaderOptions>) => () =>
      new Loader({ pipeline: plain, samples, batchSize: 6, ...options });
    const mixed = [...samples.slice(1), { path: files[0] as string, label: 0 }];
    expect(loader({ samples: mixed })).toThrow(/samples\[11\]\.labelList/);
    expect(loader({ samples: [{ path: files[0] as string, label: 0, labelList: [1.5] }] })).toThrow(
      /labelList/,
    );
    expect(loader({ numClasses: 3 })).toThrow(/numClasses/);
  });
});

describe('weights of samples', () => {
  const weights = files.map((_, i) => (i < 2 ? 5 : 1));
  const visits = async (epoch: number) =>
    (await read({ shuffle: true, weights, numClasses: 4 }, epoch)).flatMap(({ ids }) => ids);

  it('give each sample the floor or the ceiling of its share of the visits', async () => {
    for (const epoch of [0, 1, 2]) {
      const ids = await visits(epoch);
      expect(ids).toHaveLength(12);
      files.forEach((_, i) => {
        const share = (12 * (weights[i] as number)) / 20;
        const times = ids.filter((id) => id === i).length;
        expect(times).toBeGreaterThanOrEqual(Math.floor(share));
        expect(times).toBeLessThanOrEqual(Math.ceil(share));
      });
    }
  });

  it('are a function of seed and epoch: repeatable, and another draw in the next epoch', async () => {
    expect(await visits(4)).toEqual(await visits(4));
    expect(await visits(4)).not.toEqual(await visits(5));
    const seen = new Set<number>();
    for (let epoch = 0; epoch < 12; epoch++) for (const id of await visits(epoch)) seen.add(id);
    expect(seen.size).toBe(12);
  });

  it('augment a sample anew when it comes again', async () => {
    const batches = await read({ shuffle: true, weights, numClasses: 4 });
    const pictures = batches.flatMap(({ ids, data }) =>
      ids.map((id, i) => ({ id, pixels: data.subarray(i * 768, (i + 1) * 768).join() })),
    );
    const first = pictures.filter(({ id }) => id === 0);
    expect(first.length).toBeGreaterThan(1);
    expect(new Set(first.map(({ pixels }) => pixels)).size).toBe(first.length);
  });

  it('are refused without shuffle, in another number, negative, not finite, or all zero', () => {
    const loader =
      (weights: number[], shuffle = true) =>
      () =>
        new Loader({ pipeline: plain, samples, batchSize: 6, shuffle, weights });
    expect(loader(weights, false)).toThrow(/shuffle/);
    expect(loader([1, 2])).toThrow(/12 numbers/);
    expect(loader(weights.map((w, i) => (i === 4 ? -1 : w)))).toThrow(/weights\[4\]/);
    expect(loader(weights.map(() => Number.NaN))).toThrow(/weights\[0\]/);
    expect(loader(weights.map(() => 0))).toThrow(/above 0/);
  });
});
