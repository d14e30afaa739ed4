import type { ClassFigures } from './per-class.js';

/**
 * Mean F1 over the classes that occur, as truth or as prediction, 0..1; scikit-learn's `f1_score(average='macro')`,
 * which leaves out classes that occur in neither. 0 when no class occurs.
 */
export function macroF1(classes: readonly ClassFigures[]): number {
  const present = classes.filter((c) => c.support > 0 || c.predicted > 0);
  return present.length === 0 ? 0 : present.reduce((sum, c) => sum + c.f1, 0) / present.length;
}
