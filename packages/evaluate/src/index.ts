/** Predict with ONNX Runtime, measure, and draw the report. */
export { type EvaluateOptions, evaluateModel } from './evaluation/evaluate-model.js';
export {
  evaluateMultiLabel,
  type LabelResult,
  type MultiLabelMistake,
  type MultiLabelResult,
} from './evaluation/evaluate-multi-label.js';
export { evaluatePredictions } from './evaluation/evaluate-predictions.js';
export type {
  BinaryResult,
  ClassResult,
  EvaluationResult,
  LabelledSample,
  Mistake,
  RiskCoverageResult,
  SelectiveResult,
} from './evaluation/types.js';
export { extractFeatures, type FeatureOptions, type Features } from './features/extract-features.js';
export { accuracy } from './metrics/accuracy.js';
export { averagePrecision } from './metrics/average-precision.js';
export { bestThreshold } from './metrics/best-threshold.js';
export { binaryLogLoss } from './metrics/binary-log-loss.js';
export { confusionMatrix } from './metrics/confusion-matrix.js';
export { logLoss } from './metrics/log-loss.js';
export { macroF1 } from './metrics/macro-f1.js';
export { type LabelFigures, type MultiLabelFigures, multiLabelFigures } from './metrics/multi-label.js';
export { type ClassFigures, perClass } from './metrics/per-class.js';
export { type RiskCoverage, type RiskCoveragePoint, riskCoverage } from './metrics/risk-coverage.js';
export { rocAuc } from './metrics/roc-auc.js';
export { topKAccuracy } from './metrics/top-k-accuracy.js';
export type { ClassIndices, ConfusionMatrix } from './metrics/types.js';
export { weightedF1 } from './metrics/weighted-f1.js';
export { wilsonInterval } from './metrics/wilson-interval.js';
export { type Decision, decisionOf, thresholdsOf } from './predictor/decision.js';
export { type MetadataOptions, metadataForModel, metadataFromOptions } from './predictor/metadata.js';
export { modelHash } from './predictor/model-hash.js';
export type {
  FailedPrediction,
  GoodPrediction,
  Prediction,
  PredictOptions,
  PredictSamplesOptions,
  PredictTimings,
  SampleFailure,
  SamplePredictions,
} from './predictor/prediction.js';
export { Predictor, type PredictorOptions } from './predictor/predictor.js';
export { softmax } from './predictor/softmax.js';
export { argMax, type Guess, topK } from './predictor/top-k.js';
export { type KnnOptions, knn } from './probes/knn.js';
export {
  type LabelledRows,
  type LogisticRegression,
  type LogisticRegressionOptions,
  logisticRegression,
} from './probes/logistic-regression.js';
export { renderReport } from './report/page.js';
export type { ReportInput } from './report/report-input.js';
export { renderTrainingReport } from './report/training/page.js';
export type { Baseline, TrainedEpoch, TrainingReportInput } from './report/training/training-input.js';
export { type WrittenReport, writeReport } from './report/write-report.js';
