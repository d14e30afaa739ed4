/** Runs and trains ONNX graphs on libtorch. Importing this loads nothing native; the first call does. */
export { type TorchCapabilities, torchCapabilities } from './capabilities.js';
export { TrainableModel } from './trainable-model.js';
export {
  type BatchLike,
  type EvalResult,
  type Gradients,
  type LossOptions,
  type ModelOptions,
  OPTIMIZER_TYPES,
  type OptimizerConfig,
  type OptimizerGroup,
  type OptimizerType,
  type ParameterInfo,
  type StepInput,
  type Tensor,
  type Tensors,
  type TrainOptions,
  type TrainResult,
} from './types.js';
