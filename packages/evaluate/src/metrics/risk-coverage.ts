import { scoreSteps } from './average-precision.js';

/** What comes of answering only from a confidence on. */
export interface RiskCoveragePoint {
  /** The confidence, which is still answered. */
  readonly threshold: number;
  /** Share of the samples that are answered, 0..1. */
  readonly coverage: number;
  /** Share of wrong answers among those, 0..1. */
  readonly risk: number;
}

export interface RiskCoverage {
  /**
   * Area under the risk-coverage curve: the risk at the confidence of each sample, on the mean; 0 is best. NaN without
   * samples.
   */
  readonly aurc: number;
  /** One for each distinct confidence, the greatest first. */
  readonly points: readonly RiskCoveragePoint[];
}

/**
 * The risk-coverage curve of a classifier that may decline to answer (Geifman and El-Yaniv 2017, arXiv:1705.08500; AURC as
 * in Geifman, Uziel and El-Yaniv 2019, arXiv:1805.08206). Equal confidences are answered together.
 * @param right 1 where the answer is right, length N. @param confidences length N; NaN is not allowed.
 */
export function riskCoverage(right: ArrayLike<number>, confidences: ArrayLike<number>): RiskCoverage {
  const { scores, positives, negatives } = scoreSteps(right, confidences);
  const total = right.length;
  let answered = 0;
  let wrong = 0;
  let area = 0;
  const points = scores.map((threshold, i) => {
    const count = (positives[i] as number) + (negatives[i] as number);
    answered += count;
    wrong += negatives[i] as number;
    const risk = wrong / answered;
    area += count * risk;
    return { threshold, coverage: answered / total, risk };
  });
  return { aurc: area / total, points };
}
