import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knn } from './knn.js';
import { logisticRegression } from './logistic-regression.js';

/** What scikit-learn gives; made by tools/expected_logistic_regression.py. */
const sklearn = JSON.parse(
  readFileSync(new URL('../../test/expected/logistic-regression.json', import.meta.url), 'utf8'),
) as { labels: number[]; fits: { c: number; weights: number[][]; predicted: number[] }[] };

const WIDTH = 6;
const rows = (n: number, shift: number): Float32Array =>
  Float32Array.from({ length: n * WIDTH }, (_, i) => {
    const value = Math.fround(((i * 7919 + shift) % 2003) / 1001.5 - 1);
    return value * ((i % WIDTH) + 1);
  });

describe('logisticRegression', () => {
  it.each(sklearn.fits)(
    'finds the weights that scikit-learn finds with C = $c',
    ({ c, weights, predicted }) => {
      const data = { rows: rows(90, 0), width: WIDTH, labels: sklearn.labels };
      const fit = logisticRegression(data, { numClasses: 3, c, maxIterations: 1000 });
      expect(fit.converged).toBe(true);
      // Softmax scores are free up to a constant a picture: scikit-learn's and ours are both centred by the penalty, the
      // biases are compared after centring.
      const mean = [0, 1, 2].reduce((sum, k) => sum + fit.weights[k * (WIDTH + 1) + WIDTH]! / 3, 0);
      const theirs = weights.reduce((sum, row) => sum + row[WIDTH]! / 3, 0);
      weights.forEach((row, k) => {
        row.forEach((expected, d) => {
          const bias = d === WIDTH;
          const own = fit.weights[k * (WIDTH + 1) + d]! - (bias ? mean : 0);
          expect(own).toBeCloseTo(expected - (bias ? theirs : 0), 4);
        });
      });
      expect([...fit.predict(rows(40, 11))]).toEqual(predicted);
    },
  );

  it('ends on features that separate the classes and on constant ones', () => {
    const data = { rows: Float32Array.of(1, 5, 2, 5, -1, 5, -2, 5), width: 2, labels: [0, 0, 1, 1] };
    const fit = logisticRegression(data, { numClasses: 2 });
    expect(fit.weights.every(Number.isFinite)).toBe(true);
    expect([...fit.predict(data.rows)]).toEqual([0, 0, 1, 1]);
  });
});

describe('knn', () => {
  const train = { rows: Float32Array.of(1, 0, 2, 0.1, 0, 1, 0.1, 3), width: 2, labels: [0, 0, 1, 1] };

  it('goes by the angle, not by the length', () => {
    expect([...knn(train, Float32Array.of(0.01, 0, 0, 50), { numClasses: 2, k: 1 })]).toEqual([0, 1]);
  });

  it('lets near neighbours outvote more distant ones', () => {
    const crowd = { ...train, labels: [0, 1, 1, 1] };
    expect([...knn(crowd, Float32Array.of(1, 0), { numClasses: 2, k: 4, temperature: 0.0001 })]).toEqual([0]);
    expect([...knn(crowd, Float32Array.of(1, 0), { numClasses: 2, k: 4, temperature: 100 })]).toEqual([1]);
  });
});
