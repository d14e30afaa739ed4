import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { averagePrecision } from './average-precision.js';
import { bestThreshold } from './best-threshold.js';
import { multiLabelFigures } from './multi-label.js';
import { rocAuc } from './roc-auc.js';

interface MultiCase {
  readonly name: string;
  readonly thresholds: number[];
  readonly truth: number[][];
  readonly probabilities: number[][];
  readonly averagePrecision: (number | null)[];
  readonly precision: number[];
  readonly recall: number[];
  readonly f1: number[];
  readonly support: number[];
  readonly mAP: number;
  readonly microF1: number;
  readonly macroF1: number;
  readonly subsetAccuracy: number;
  readonly hammingLoss: number;
  readonly logLoss: number;
}

interface BinaryCase {
  readonly name: string;
  readonly truth: number[];
  readonly probabilities: number[];
  readonly rocAuc: number;
  readonly averagePrecision: number;
  readonly bestF1: number;
}

const expected = JSON.parse(
  readFileSync(new URL('../../test/expected/multi-label.json', import.meta.url), 'utf8'),
) as { multi: MultiCase[]; binary: BinaryCase[] };

describe('figures of several labels are those of scikit-learn', () => {
  for (const c of expected.multi)
    it(c.name, () => {
      const got = multiLabelFigures(c.truth.flat(), c.probabilities.flat(), c.thresholds);
      for (const name of ['mAP', 'microF1', 'macroF1', 'subsetAccuracy', 'hammingLoss'] as const)
        expect(got[name], name).toBeCloseTo(c[name], 12);
      // scikit-learn takes the logarithm of float32 probabilities in float32.
      expect(got.logLoss).toBeCloseTo(c.logLoss, 5);
      got.perLabel.forEach((label, i) => {
        for (const name of ['precision', 'recall', 'f1', 'support'] as const)
          expect(label[name], `${name} of ${i}`).toBeCloseTo(c[name][i] as number, 12);
        const ap = c.averagePrecision[i];
        if (ap === null) expect(label.averagePrecision).toBeNull();
        else expect(label.averagePrecision).toBeCloseTo(ap as number, 12);
      });
    });
});

describe('figures of two classes are those of scikit-learn', () => {
  for (const c of expected.binary)
    it(c.name, () => {
      expect(rocAuc(c.truth, c.probabilities)).toBeCloseTo(c.rocAuc, 12);
      expect(averagePrecision(c.truth, c.probabilities)).toBeCloseTo(c.averagePrecision, 12);
      expect(bestThreshold(c.truth, c.probabilities).f1).toBeCloseTo(c.bestF1, 12);
    });

  it('need both kinds', () => {
    expect(rocAuc([1, 1], [0.2, 0.4])).toBeNaN();
    expect(averagePrecision([0, 0], [0.2, 0.4])).toBeNaN();
    expect(bestThreshold([0, 0], [0.2, 0.4])).toEqual({ threshold: 0.5, f1: 0 });
  });
});

describe('bestThreshold', () => {
  it('lies between two pictures, so that both keep their side', () => {
    const { threshold, f1 } = bestThreshold([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9]);
    expect(f1).toBe(1);
    expect(threshold).toBeCloseTo(0.4, 12);
  });

  it('tells the class of everything when that is best', () => {
    expect(bestThreshold([1, 1, 0, 1], [0.3, 0.2, 0.9, 0.1])).toEqual({ threshold: 0.05, f1: 6 / 7 });
  });
});
