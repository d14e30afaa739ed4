/** @saker/evaluate/predictor: the inference path alone, for processes that want nothing else in memory. */

export type { Prediction } from './prediction.js';
export { type CheckedModel, Predictor, type PredictorOptions } from './predictor.js';
