import type { ClassFigures } from './per-class.js';

/** Mean F1 weighted by support, 0..1; scikit-learn's `f1_score(average='weighted')`. 0 when there are no samples. */
export function weightedF1(classes: readonly ClassFigures[]): number {
  const total = classes.reduce((sum, c) => sum + c.support, 0);
  return total === 0 ? 0 : classes.reduce((sum, c) => sum + c.f1 * c.support, 0) / total;
}
