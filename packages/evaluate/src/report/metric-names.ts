import type { Task } from '@saker/spec';

/** What the run's metrics are called on a page. */
const TITLES: Readonly<Record<string, string>> = {
  trainLoss: 'Training loss',
  trainAccuracy: 'Training accuracy',
  valLoss: 'Validation loss',
  valAccuracy: 'Accuracy',
  valMacroF1: 'Macro F1',
  valMicroF1: 'Micro F1',
  valF1: 'F1',
  valMAP: 'mAP',
  valHammingLoss: 'Hamming loss',
  valRocAuc: 'ROC AUC',
  valAveragePrecision: 'Average precision',
};

/** A metric's name for people; of a multi-label model the accuracy counts pictures with every label right. */
export function metricTitle(metric: string, task?: Task): string {
  if (metric === 'valAccuracy' && task === 'multi-label') return 'All labels right';
  return TITLES[metric] ?? metric;
}

/** Whether a metric lies in 0..1. */
export const isShare = (metric: string): boolean => metric in TITLES && !/^(train|val)Loss$/.test(metric);
