import type { ClassIndices } from './types.js';

/**
 * Share of samples whose true class is among the k most probable, 0..1; scikit-learn's `top_k_accuracy_score`, but
 * equal scores rank by class index, so that k = 1 is the accuracy of the arg max (scikit-learn ranks them backwards).
 * @param scores_NC row after row, N x numClasses; probabilities or logits.
 */
export function topKAccuracy(
  truth: ClassIndices,
  scores_NC: ArrayLike<number>,
  numClasses: number,
  k: number,
): number {
  let hits = 0;
  for (let i = 0; i < truth.length; i++) {
    const own = truth[i] as number;
    const row = i * numClasses;
    const score = scores_NC[row + own] as number;
    let ahead = 0;
    for (let c = 0; c < numClasses; c++) {
      const other = scores_NC[row + c] as number;
      if (other > score || (other === score && c < own)) ahead += 1;
    }
    if (ahead < k) hits += 1;
  }
  return hits / truth.length;
}
