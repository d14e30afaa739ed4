import type { SimpleBaseline } from '@saker/trainer';
import { percent } from '../../output/table.js';

/** What a kind of features is called. */
export const FEATURES = { frozen: 'frozen features of the model', pixels: 'pixels at 16 x 16' } as const;

/** A baseline in one line, for beside a result. */
export function baselineLine({ majority, logistic }: SimpleBaseline): string {
  const { accuracy, features } = logistic;
  return `logistic regression on ${FEATURES[features]} ${percent(accuracy)}, most frequent class ${percent(majority)}`;
}
