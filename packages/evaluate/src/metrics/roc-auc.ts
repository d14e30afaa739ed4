import { scoreSteps } from './average-precision.js';

/**
 * Area under the receiver operating characteristic, 0..1: the probability that a positive scores above a negative, equals
 * counting half (Mann and Whitney 1947); scikit-learn's `roc_auc_score`. NaN when one kind is missing.
 * @param truth 1 for positives, length N. @param scores length N.
 */
export function rocAuc(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, negatives } = scoreSteps(truth, scores);
  let above = 0;
  let wins = 0;
  let rest = 0;
  positives.forEach((count, i) => {
    const own = negatives[i] as number;
    wins += own * (above + count / 2);
    above += count;
    rest += own;
  });
  return above === 0 || rest === 0 ? Number.NaN : wins / (above * rest);
}
