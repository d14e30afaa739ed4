/** The figures of an evaluation as --json prints them. */
import type { EvaluationResult, MultiLabelResult } from '@saker/evaluate';

export function resultJson(result: EvaluationResult): Record<string, unknown> {
  const { accuracy, macroF1, confusion, perClass, samples, labels, weightedF1, logLoss, topK } = result;
  const { binary, selective, riskCoverage } = result;
  return {
    accuracy,
    macroF1,
    confusion,
    perClass,
    samples,
    labels,
    weightedF1,
    logLoss,
    topK,
    ...(binary ? { binary } : {}),
    ...(selective ? { selective } : {}),
    ...(riskCoverage ? { riskCoverage } : {}),
  };
}

export function multiLabelJson(result: MultiLabelResult): Record<string, unknown> {
  const { mAP, microF1, macroF1, subsetAccuracy, hammingLoss, logLoss, perLabel, samples, labels } = result;
  return { mAP, microF1, macroF1, subsetAccuracy, hammingLoss, logLoss, perLabel, samples, labels };
}
