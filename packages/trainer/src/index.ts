/** @saker/trainer: train any ONNX classifier with libtorch autograd. */
export {
  type ModelFacts,
  type ResolvedConfig,
  type ResolvedPipelines,
  resolveConfig,
  resolvePipelines,
} from './config/resolve.js';
export type { EpochResult, EventListener, FitResult, StopReason, TrainEvent } from './events.js';
export { type FitOptions, fit } from './fit.js';
export { type ValidationResult, type ValidationSample, validate } from './loop/validate.js';
export { type CosineSchedule, cosineFactor } from './schedule/cosine.js';
