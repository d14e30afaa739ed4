import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectSplit, splitDataset } from './split.js';
import type { Dataset, Sample, Split } from './types.js';

function dataset(counts: readonly number[], split: (i: number) => Split | null = () => null): Dataset {
  const samples: Sample[] = counts.flatMap((count, label) =>
    Array.from({ length: count }, (_, i) => {
      const name = `class${label}/${i}.png`;
      return { name, path: `/d/${name}`, label, split: split(i), size: 1 };
    }),
  );
  return { root: '/d', classes: counts.map((_, i) => `class${i}`), samples, ignored: 0, hash: 'sha256:0' };
}

const names = (samples: readonly Sample[]) => samples.map((s) => s.name);
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('splitDataset', () => {
  it('cuts the asked share of every class and marks each sample with its split', () => {
    const parts = splitDataset(dataset([100, 50, 10]), { valFraction: 0.2, testFraction: 0.1, seed: 7 });
    const count = (samples: readonly Sample[], label: number) =>
      samples.filter((s) => s.label === label).length;
    expect([0, 1, 2].map((l) => count(parts.val, l))).toEqual([20, 10, 2]);
    expect([0, 1, 2].map((l) => count(parts.test, l))).toEqual([10, 5, 1]);
    expect(parts.train).toHaveLength(160 - 32 - 16);
    expect(parts.val.every((s) => s.split === 'val') && parts.train.every((s) => s.split === 'train')).toBe(
      true,
    );
  });

  it('uses 20 % for validation and none for the test when asked for nothing', () => {
    const parts = splitDataset(dataset([10, 10]));
    expect([parts.train.length, parts.val.length, parts.test.length]).toEqual([16, 4, 0]);
  });

  it('is a partition with every class in every part, whatever the sizes, and does not follow the file order', () => {
    const sizes = fc.array(fc.integer({ min: 3, max: 40 }), { minLength: 2, maxLength: 6 });
    const fraction = fc.double({ min: 0.01, max: 0.49, noNaN: true });
    fc.assert(
      fc.property(sizes, fraction, fraction, fc.nat(1000), (counts, valFraction, testFraction, seed) => {
        const data = dataset(counts);
        const options = { valFraction, testFraction, seed };
        const parts = splitDataset(data, options);
        const all = [parts.train, parts.val, parts.test];
        expect(names(all.flat()).sort()).toEqual(names(data.samples).sort());
        for (const part of all) expect(new Set(part.map((s) => s.label)).size).toBe(counts.length);
        const reversed = splitDataset({ ...data, samples: [...data.samples].reverse() }, options);
        expect(names(reversed.val).sort()).toEqual(names(parts.val).sort());
        expect(names(reversed.test).sort()).toEqual(names(parts.test).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('changes with the seed and repeats with the same one', () => {
    const data = dataset([50, 50]);
    const val = (seed: number) => names(splitDataset(data, { seed }).val);
    expect(val(1)).toEqual(val(1));
    expect(val(1)).not.toEqual(val(2));
  });

  it('moves few pictures when others are added', () => {
    const before = new Set(names(splitDataset(dataset([100, 100]), { seed: 3 }).val));
    const after = names(splitDataset(dataset([105, 100]), { seed: 3 }).val);
    expect(after.filter((n) => before.has(n)).length).toBeGreaterThanOrEqual(36);
  });

  it('keeps own train and val, and leaves the test empty', () => {
    const data = dataset([10, 10], (i) => (i < 7 ? 'train' : 'val'));
    const parts = splitDataset(data, { valFraction: 0.5, testFraction: 0.5 - 1e-9 });
    expect([parts.train.length, parts.val.length, parts.test.length]).toEqual([14, 6, 0]);
  });

  it('cuts val from train when the data has train and test only', () => {
    const data = dataset([10, 10], (i) => (i < 8 ? 'train' : 'test'));
    const parts = splitDataset(data, { valFraction: 0.25 });
    expect([parts.train.length, parts.val.length, parts.test.length]).toEqual([12, 4, 4]);
    expect(parts.test.every((s) => s.split === 'test')).toBe(true);
  });

  it('takes pictures without a split for train when others have one', () => {
    const data = dataset([10, 10], (i) => (i < 8 ? null : 'val'));
    expect(splitDataset(data).train).toHaveLength(16);
  });

  it('refuses what cannot be divided', () => {
    expect(codeOf(() => splitDataset(dataset([])))).toBe('E_DATA_EMPTY');
    expect(codeOf(() => splitDataset(dataset([5])))).toBe('E_DATA_ONE_CLASS');
    expect(codeOf(() => splitDataset(dataset([5, 1])))).toBe('E_DATA_CLASS_TOO_SMALL');
    expect(codeOf(() => splitDataset(dataset([5, 0])))).toBe('E_DATA_CLASS_TOO_SMALL');
    expect(codeOf(() => splitDataset(dataset([5, 2]), { testFraction: 0.1 }))).toBe('E_DATA_CLASS_TOO_SMALL');
    expect(codeOf(() => splitDataset(dataset([5, 5], () => 'val')))).toBe('E_DATA_SPLIT');
    expect(codeOf(() => splitDataset(dataset([5, 5]), { valFraction: 1 }))).toBe('E_ARG_INVALID');
    expect(codeOf(() => splitDataset(dataset([5, 5]), { valFraction: Number.NaN }))).toBe('E_ARG_INVALID');
    expect(codeOf(() => splitDataset(dataset([5, 5]), { valFraction: 0.5, testFraction: 0.5 }))).toBe(
      'E_ARG_INVALID',
    );
  });

  it('names the class that is too small, with its count', () => {
    expect(() => splitDataset(dataset([5, 1]))).toThrow(
      'Class class1 has 1 usable picture(s), expected at least 2.',
    );
  });
});

describe('selectSplit', () => {
  it('gives the split asked for, or all, and says which there are', () => {
    const data = dataset([10, 10], (i) => (i < 7 ? 'train' : 'val'));
    expect(selectSplit(data, 'val')).toHaveLength(6);
    expect(selectSplit(data, 'all')).toHaveLength(20);
    expect(() => selectSplit(data, 'test')).toThrow('has no split test; it has train, val, all');
  });
});
