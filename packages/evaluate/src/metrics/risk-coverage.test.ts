import fc from 'fast-check';
import { expect, it } from 'vitest';
import { riskCoverage } from './risk-coverage.js';

it('answers the surest first, equal confidences together', () => {
  const { aurc, points } = riskCoverage([1, 0, 1, 1, 0], [0.9, 0.5, 0.7, 0.5, 0.2]);
  expect(points).toEqual([
    { threshold: 0.9, coverage: 0.2, risk: 0 },
    { threshold: 0.7, coverage: 0.4, risk: 0 },
    { threshold: 0.5, coverage: 0.8, risk: 0.25 },
    { threshold: 0.2, coverage: 1, risk: 0.4 },
  ]);
  // Risks at the five samples: 0, 0.25, 0, 0.25, 0.4.
  expect(aurc).toBeCloseTo(0.18, 12);
});

it('is 0 for a model that is always right, and nothing for none', () => {
  expect(riskCoverage([1, 1], [0.4, 0.6]).aurc).toBe(0);
  expect(riskCoverage([0, 0], [0.4, 0.6]).aurc).toBe(1);
  expect(riskCoverage([], [])).toEqual({ aurc: Number.NaN, points: [] });
});

it('is the mean over samples of the risk of all that are as sure, whatever their order', () => {
  const sample = fc.record({ right: fc.constantFrom(0, 1), confidence: fc.integer({ min: 0, max: 8 }) });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 40 }), (samples) => {
      const risks = samples.map(({ confidence }) => {
        const kept = samples.filter((other) => other.confidence >= confidence);
        return kept.filter(({ right }) => right === 0).length / kept.length;
      });
      const mean = risks.reduce((a, b) => a + b, 0) / risks.length;
      const { aurc, points } = riskCoverage(
        samples.map(({ right }) => right),
        samples.map(({ confidence }) => confidence),
      );
      expect(aurc).toBeCloseTo(mean, 12);
      expect(points.at(-1)?.coverage).toBe(1);
    }),
  );
});
