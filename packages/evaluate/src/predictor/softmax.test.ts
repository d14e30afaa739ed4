import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { softmax } from './softmax.js';
import { argMax, topK } from './top-k.js';

const logits = fc.array(fc.double({ min: -80, max: 80, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('softmax', () => {
  it('sums to one, keeps the order and does not change with a constant added', () => {
    fc.assert(
      fc.property(logits, (row) => {
        const p = softmax(row);
        expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
        expect(p[argMax(row)]).toBe(Math.max(...p));
        softmax(row.map((v) => v + 1000)).forEach((v, i) => {
          expect(v).toBeCloseTo(p[i] as number, 6);
        });
      }),
    );
  });

  it('bears logits that overflow exp', () => {
    expect([...softmax([1e4, 0, -1e4])]).toEqual([1, 0, 0]);
  });

  it('is NaN for rows that hold NaN or only infinities', () => {
    expect(softmax([Number.NaN, 1])[1]).toBeNaN();
    expect(softmax([Number.POSITIVE_INFINITY, 1])[0]).toBeNaN();
  });
});

describe('topK', () => {
  it('equals sorting, for any k', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 60 }), (row, k) => {
        const p = softmax(row);
        const labels = row.map((_, i) => `c${i}`);
        const wanted = [...p.keys()].sort((a, b) => (p[b] as number) - (p[a] as number) || a - b).slice(0, k);
        const guesses = topK(p, labels, k);
        expect(guesses.map((g) => g.index)).toEqual(wanted);
        expect(guesses.every((g) => g.label === `c${g.index}` && g.confidence === p[g.index])).toBe(true);
        expect(guesses[0]?.index).toBe(argMax(p));
      }),
    );
  });
});
