import { describe, expect, it } from 'vitest';
import { classWeights } from './class-weights.js';
import { lossOf } from './loss.js';

describe('lossOf', () => {
  it('has a default for each task and refuses what does not suit one', () => {
    expect(lossOf('single', undefined)).toBe('cross-entropy');
    expect(lossOf('multi', undefined)).toBe('bce');
    expect(lossOf('binary', 'focal')).toBe('focal');
    for (const [task, loss] of [
      ['single', 'bce'],
      ['multi', 'cross-entropy'],
    ] as const)
      expect(() => lossOf(task, loss)).toThrowError(expect.objectContaining({ code: 'E_ARG_INVALID' }));
  });
});

describe('classWeights', () => {
  const counts = { classes: ['a', 'b'], counts: [90, 10], total: 100 };
  const config = (kind: string) => ({ classWeights: kind, classWeightsBeta: 0.9 });

  it('inverse: by class under a softmax, negatives over positives under sigmoids', async () => {
    expect(await classWeights(config('inverse'), counts, false)).toEqual([100 / 180, 5]);
    expect(await classWeights(config('inverse'), counts, true)).toEqual([10 / 90, 9]);
  });

  it('effective: less steep, with a mean of 1', async () => {
    const [a, b] = (await classWeights(config('effective'), counts, false)) as [number, number];
    expect(a + b).toBeCloseTo(2, 12);
    expect(b / a).toBeCloseTo((1 - 0.9 ** 90) / (1 - 0.9 ** 10), 12);
  });

  it('none without asking', async () => {
    expect(await classWeights({ classWeightsBeta: 0.9 }, counts, false)).toBeNull();
  });
});
