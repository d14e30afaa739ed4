import type { ClassIndices, ConfusionMatrix } from './types.js';

/**
 * Counts by (true class, predicted class), numClasses x numClasses; scikit-learn's `confusion_matrix` with
 * `labels=range(numClasses)`.
 */
export function confusionMatrix(
  truth: ClassIndices,
  predicted: ClassIndices,
  numClasses: number,
): ConfusionMatrix {
  const matrix = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[truth[i] as number] as number[];
    row[predicted[i] as number] = (row[predicted[i] as number] as number) + 1;
  }
  return matrix;
}
