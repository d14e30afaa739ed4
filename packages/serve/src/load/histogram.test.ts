import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Histogram } from './histogram.js';

it('quantiles are those of the sorted values, to 0.1 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.5, 0.9, 0.99, 1),
      (values, share) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] as number;
        expect(Math.abs(histogram.quantile(share) / exact - 1)).toBeLessThan(0.001);
      },
    ),
  );
  expect(new Histogram().quantile(0.5)).toBeNaN();
});

it('counts what is shorter than a microsecond with the least', () => {
  const histogram = new Histogram();
  for (const value of [0, 0, 0, 5]) histogram.add(value);
  expect(histogram.quantile(0.5)).toBe(0.001);
  expect(histogram.quantile(1)).toBeCloseTo(5, 2);
});
