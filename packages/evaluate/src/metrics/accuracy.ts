import type { ClassIndices } from './types.js';

/**
 * Share of samples whose prediction is right, 0..1; scikit-learn's `accuracy_score`.
 * @param truth class indices, length N. @param predicted class indices, length N. NaN for N = 0.
 */
export function accuracy(truth: ClassIndices, predicted: ClassIndices): number {
  let right = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] === predicted[i]) right += 1;
  return right / truth.length;
}
