import { describe, expect, it } from 'vitest';
import expected from '../../test/expected/metrics.json' with { type: 'json' };
import { accuracy } from './accuracy.js';
import { confusionMatrix } from './confusion-matrix.js';
import { logLoss } from './log-loss.js';
import { macroF1 } from './macro-f1.js';
import { perClass } from './per-class.js';
import { topKAccuracy } from './top-k-accuracy.js';
import { weightedF1 } from './weighted-f1.js';

function close(received: readonly number[], wanted: readonly number[], digits = 12): void {
  expect(received).toHaveLength(wanted.length);
  received.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] as number, digits);
  });
}

describe.each(expected.cases)("scikit-learn's figures for $name", (c) => {
  const matrix = confusionMatrix(c.truth, c.predicted, c.numClasses);
  const figures = perClass(matrix);

  it('accuracy and top-k', () => {
    expect(accuracy(c.truth, c.predicted)).toBeCloseTo(c.accuracy, 12);
    expect(topKAccuracy(c.truth, c.probabilities, c.numClasses, 1)).toBeCloseTo(c.accuracy, 12);
    // scikit-learn ranks equal scores backwards, which the case with ties shows.
    if (c.name === 'certain and wrong' || c.name === 'never predicted') return;
    for (const [k, value] of Object.entries(c.topK))
      expect(topKAccuracy(c.truth, c.probabilities, c.numClasses, Number(k))).toBeCloseTo(value, 12);
  });

  it('confusion matrix, precision, recall, F1 and support', () => {
    expect(matrix).toEqual(c.confusion);
    close(
      figures.map((f) => f.precision),
      c.precision,
    );
    close(
      figures.map((f) => f.recall),
      c.recall,
    );
    close(
      figures.map((f) => f.f1),
      c.f1,
    );
    close(
      figures.map((f) => f.support),
      c.support,
    );
  });

  it('macro F1, weighted F1 and log loss', () => {
    expect(macroF1(figures)).toBeCloseTo(c.macroF1, 12);
    expect(weightedF1(figures)).toBeCloseTo(c.weightedF1, 12);
    // scikit-learn adds the logarithms in float32.
    expect(logLoss(c.truth, c.probabilities, c.numClasses)).toBeCloseTo(c.logLoss, 5);
  });
});

describe('edges', () => {
  it('rank equal scores by class index', () => {
    expect(topKAccuracy([0, 1], [0.5, 0.5, 0.5, 0.5], 2, 1)).toBe(0.5);
    expect(topKAccuracy([0, 1], [0.5, 0.5, 0.5, 0.5], 2, 2)).toBe(1);
  });

  it('of no samples are NaN for shares and 0 for F1', () => {
    expect(accuracy([], [])).toBeNaN();
    expect(topKAccuracy([], [], 3, 1)).toBeNaN();
    expect(logLoss([], [], 3)).toBeNaN();
    const none = perClass(confusionMatrix([], [], 3));
    expect([macroF1(none), weightedF1(none)]).toEqual([0, 0]);
  });
});
