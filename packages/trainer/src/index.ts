/** @saker/trainer: train any ONNX classifier with libtorch autograd. */

export { type BaselineOptions, type BaselineResult, baseline } from './baseline/baseline.js';
export { type SimpleBaseline, simpleBaseline } from './baseline/simple-baseline.js';
export type { Callback, CallbackContext, CallbackState, Json } from './callbacks/callback.js';
export { EarlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping.js';
export type { MonitorMode, MonitorOptions } from './callbacks/monitor.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './callbacks/reduce-lr-on-plateau.js';
export {
  type ModelFacts,
  type ResolvedConfig,
  type ResolvedPipelines,
  resolveConfig,
  resolvePipelines,
} from './config/resolve.js';
export type {
  EpochResult,
  EventListener,
  FitResult,
  StopReason,
  TrainEvent,
  TrainEventOf,
} from './events.js';
export {
  type BatchSizeFindOptions,
  type BatchSizeFindResult,
  type BatchSizeTrial,
  batchSizeFind,
} from './find/batch-size-find.js';
export { type LrFindOptions, type LrFindResult, lrFind } from './find/lr-find.js';
export type { LrPoint, LrSuggestions } from './find/suggest-rates.js';
export { type FitOptions, fit } from './fit.js';
export { type ValidationResult, type ValidationSample, validate } from './loop/validate.js';
export { type CosineSchedule, cosineFactor } from './schedule/cosine.js';
export { type TrialResult, type TuneOptions, type TuneResult, tune } from './tune/tune.js';
