import type { ConfusionMatrix } from './types.js';

/** One class's figures, each 0..1 but for the counts. */
export interface ClassFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Samples of this class. */
  readonly support: number;
  /** Samples predicted as this class. */
  readonly predicted: number;
}

/** A share with scikit-learn's `zero_division=0`. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/**
 * Precision, recall, F1 = 2tp / (2tp + fp + fn) and support of each class; scikit-learn's
 * `precision_recall_fscore_support(average=None, zero_division=0)`.
 */
export function perClass(matrix: ConfusionMatrix): ClassFigures[] {
  const columns = matrix.map((_, c) => matrix.reduce((sum, row) => sum + (row[c] as number), 0));
  return matrix.map((row, c) => {
    const hits = row[c] as number;
    const support = row.reduce((sum, n) => sum + n, 0);
    const predicted = columns[c] as number;
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      support,
      predicted,
    };
  });
}
