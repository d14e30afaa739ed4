import { scoreSteps } from './average-precision.js';

/**
 * The probability from which on a class is told with the greatest F1, and that F1: among the scores of
 * scikit-learn's `precision_recall_curve`, set half-way to the next lower one, so that it does not hang on one picture. Of
 * equal F1 the highest threshold. 0.5 without positives.
 * @param truth 1 where the class is there, length N. @param scores probabilities, length N.
 */
export function bestThreshold(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
): { readonly threshold: number; readonly f1: number } {
  const { scores: steps, positives, negatives } = scoreSteps(truth, scores);
  const total = positives.reduce((a, b) => a + b, 0);
  let best = { threshold: 0.5, f1: 0 };
  let hits = 0;
  let told = 0;
  steps.forEach((score, i) => {
    hits += positives[i] as number;
    told += (positives[i] as number) + (negatives[i] as number);
    const f1 = (2 * hits) / (total + told);
    if (total > 0 && f1 > best.f1) best = { threshold: (score + (steps[i + 1] ?? 0)) / 2, f1 };
  });
  return best;
}
