import type { SimpleBaseline } from '@saker/trainer';
import { percent } from '../../output/table.js';

/** What a kind of features is called. */
export const FEATURES = { frozen: 'frozen features of the model', pixels: 'pixels at 16 x 16' } as const;

/** What the figures of each metric are called; a share or an area, 0..1. */
const METRICS: Readonly<Record<string, string>> = { valMAP: 'mAP', valRocAuc: 'ROC AUC' };

/** A baseline's metric in words; null for accuracy, which needs none. */
export const metricTitle = ({ metric }: Pick<SimpleBaseline, 'metric'>): string | null =>
  METRICS[metric] ?? null;

/** A figure of that metric: accuracies as percentages, others as the lines of epochs show them. */
export const metricValue = (baseline: Pick<SimpleBaseline, 'metric'>, value: number): string => {
  if (metricTitle(baseline) === null) return percent(value);
  return Number.isFinite(value) ? value.toFixed(4) : '-';
};

/** A baseline in one line, for beside a result. */
export function baselineLine(baseline: SimpleBaseline): string {
  const { logistic, majority, frequency } = baseline;
  const title = metricTitle(baseline);
  const regression = `logistic regression on ${FEATURES[logistic.features]}`;
  if (title === null)
    return `${regression} ${percent(logistic.accuracy)}, most frequent class ${percent(majority)}`;
  const [learned, known] = [logistic.score, frequency].map((value) => metricValue(baseline, value));
  return `${regression} ${title} ${learned}, frequencies alone ${known}`;
}
