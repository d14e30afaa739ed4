/** Runs and trains ONNX graphs on libtorch. Importing this loads nothing native; the first call does. */
export { type TorchCapabilities, torchCapabilities } from './capabilities.js';
export { gradientErrors } from './gradient-errors.js';
export { type GroupConfig, type GroupStep, ModelGroup } from './group.js';
export type { LossConfig, LossType, TeacherConfig } from './loss-types.js';
export type { PretrainConfig, PretrainStepOptions, PretrainView } from './pretrain-types.js';
export { TrainableModel } from './trainable-model.js';
export type {
  AmpMode,
  BatchLike,
  Device,
  EvalResult,
  Gradients,
  LossOptions,
  LossScaling,
  ModelOptions,
  OptimizerConfig,
  OptimizerGroup,
  OptimizerType,
  ParameterInfo,
  StepInput,
  Tensor,
  Tensors,
  TrainOptions,
  TrainResult,
} from './types.js';
