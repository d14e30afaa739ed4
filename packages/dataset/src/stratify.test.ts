import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitDataset } from './split.js';
import { iterativeStratification } from './stratify.js';
import type { Dataset, Sample } from './types.js';

const counts = (labels: readonly (readonly number[])[], parts: Int32Array, part: number, label: number) =>
  labels.filter((own, i) => parts[i] === part && own.includes(label)).length;

describe('iterativeStratification', () => {
  it('shares out every label by the shares of the parts, the rare ones too', () => {
    // 200 pictures; label k is on every (k + 2)th of them, label 3 on ten.
    const labels = Array.from({ length: 200 }, (_, i) =>
      [0, 1, 2].filter((k) => i % (k + 2) === 0).concat(i % 20 === 7 ? [3] : []),
    );
    const parts = iterativeStratification(labels, 4, [0.7, 0.2, 0.1]);
    for (let label = 0; label < 4; label++) {
      const all = labels.filter((own) => own.includes(label)).length;
      [0.7, 0.2, 0.1].forEach((share, part) => {
        expect(Math.abs(counts(labels, parts, part, label) - share * all)).toBeLessThanOrEqual(2);
      });
    }
    expect(counts(labels, parts, 2, 3)).toBe(1);
    [140, 40, 20].forEach((want, part) => {
      expect(Math.abs(parts.filter((p) => p === part).length - want)).toBeLessThanOrEqual(2);
    });
  });

  it('puts every item into exactly one part that has a share, also items without labels', () => {
    const items = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(items, (labels) => {
        const parts = iterativeStratification(labels, 5, [0.75, 0.25, 0]);
        expect(parts).toHaveLength(labels.length);
        expect(parts.every((part) => part === 0 || part === 1)).toBe(true);
      }),
    );
  });
});

describe('splitDataset of multi-label data', () => {
  const dataset = (labels: readonly (readonly number[])[], classes = 3): Dataset => ({
    root: '/d',
    classes: Array.from({ length: classes }, (_, i) => `c${i}`),
    samples: labels.map((own, i): Sample => {
      const name = `${String(i).padStart(3, '0')}.png`;
      return { name, path: `/d/${name}`, label: own[0] ?? -1, labels: own, split: null, size: 1 };
    }),
    multiLabel: true,
    unlabelled: 0,
    ignored: 0,
    hash: 'sha256:0',
  });
  const labels = Array.from({ length: 60 }, (_, i) => [0, 1, 2].filter((k) => (i >> k) % 2 === 0));

  it('is stratified, a function of the seed and the names, and not of the order', () => {
    const data = dataset(labels);
    const parts = splitDataset(data, { valFraction: 0.25, seed: 5 });
    for (const label of [0, 1, 2]) {
      const all = labels.filter((own) => own.includes(label)).length;
      const held = parts.val.filter((s) => s.labels?.includes(label)).length;
      expect(Math.abs(held - all / 4)).toBeLessThanOrEqual(1.5);
    }
    const names = (samples: readonly Sample[]) => samples.map(({ name }) => name).sort();
    const reversed = splitDataset(
      { ...data, samples: [...data.samples].reverse() },
      { valFraction: 0.25, seed: 5 },
    );
    expect(names(reversed.val)).toEqual(names(parts.val));
    expect(names(splitDataset(data, { valFraction: 0.25, seed: 6 }).val)).not.toEqual(names(parts.val));
  });

  it('keeps the one picture of a rare class in training, and refuses a class without any', () => {
    const rare = labels.map((own, i) => (i === 17 ? [...own, 3] : own));
    const { train } = splitDataset(dataset(rare, 4), { valFraction: 0.2 });
    expect(train.some((s) => s.labels?.includes(3))).toBe(true);
    expect(() => splitDataset(dataset(labels, 4))).toThrowError(
      expect.objectContaining({
        code: 'E_DATA_CLASS_TOO_SMALL',
        params: expect.objectContaining({ label: 'c3' }),
      }),
    );
  });
});
