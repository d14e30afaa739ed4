/** @saker/trainer: train any ONNX classifier with libtorch autograd. */

export { type BaselineOptions, type BaselineResult, baseline } from './baseline/baseline.js';
export { type SimpleBaseline, simpleBaseline } from './baseline/simple-baseline.js';
export type {
  Callback,
  CallbackContext,
  CallbackState,
  Json,
  ValidationFigures,
} from './callbacks/callback.js';
export { EarlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping.js';
export { Ema, emaDecay } from './callbacks/ema.js';
export { GradualUnfreezing } from './callbacks/gradual-unfreezing.js';
export { GreedySoup } from './callbacks/greedy-soup.js';
export {
  type KeptEpoch,
  ModelCheckpoint,
  type ModelCheckpointOptions,
} from './callbacks/model-checkpoint.js';
export type { MonitorMode, MonitorOptions } from './callbacks/monitor.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './callbacks/reduce-lr-on-plateau.js';
export { Swa, type SwaOptions } from './callbacks/swa.js';
export { TimeBudget } from './callbacks/time-budget.js';
export { resumeConfig } from './checkpoint/checkpoint.js';
export {
  type ModelFacts,
  type ResolvedConfig,
  type ResolvedPipelines,
  resolveConfig,
  resolvePipelines,
} from './config/resolve.js';
export { type ProcessPlace, processPlace } from './distributed/environment.js';
export { type Launched, type LaunchOptions, launch } from './distributed/launch.js';
export { endWithLauncher, reportFailure } from './distributed/rank-process.js';
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
export { GradientReport } from './log/gradients/gradient-report.js';
export type { GradientWarning, LayerFigures, UnitFigures } from './log/gradients/report.js';
export { MlflowLog, type MlflowOptions } from './log/mlflow/mlflow-log.js';
export { type SendSpoolResult, sendMlflowSpool } from './log/mlflow/send-spool.js';
export { type MlflowServer, mlflowServer } from './log/mlflow/server.js';
export { TensorBoardLog, type TensorBoardOptions } from './log/tensorboard/tensorboard-log.js';
export { WandbLog, type WandbOptions } from './log/wandb/wandb-log.js';
export { type ValidationResult, type ValidationSample, validate } from './loop/validate.js';
export { namedWeights } from './model/prepare.js';
export {
  type PretrainEvent,
  type PretrainOptions,
  type PretrainResult,
  pretrain,
} from './pretrain/pretrain.js';
export type { ProbeResult } from './pretrain/probe-backbone.js';
export { type CosineSchedule, cosineFactor } from './schedule/cosine.js';
export { type TrialResult, type TuneOptions, type TuneResult, trialScore, tune } from './tune/tune.js';
