/** The contracts of Saker. Pure TypeScript: no I/O, no native code. */
export { type BatchChoiceSpec, type BatchOpSpec, type MixingOptions, mixingOps } from './batch/batch-spec.js';
export { type BatchOpDeclaration, type BatchOpDefinition, defineBatchOp } from './batch/define-batch-op.js';
export { MAX_MIX_ALPHA, type MixMode } from './batch/fields.js';
export { BATCH_OPS, type BatchMixSpec, type BatchOpName } from './batch/registry.js';
export { canonicalJson, contentHash, type Json } from './canonical.js';
export { duration } from './duration.js';
export type { ErrorEntry } from './errors/define.js';
export { ERRORS, type ErrorCode, isErrorCode } from './errors/registry.js';
export { type ErrorJson, type ErrorParams, type ProblemDetails, SakerError } from './errors/saker-error.js';
export { writeFailed } from './errors/write-failed.js';
export {
  type Abstain,
  type Activation,
  type EpochRecord,
  MODEL_TASKS,
  type ModelMetadata,
  type ModelMetadataInput,
  makeModelMetadata,
  type Provenance,
  parseModelMetadata,
  type Task,
} from './model/model-metadata.js';
export { outputWidth } from './model/output-width.js';
export { editDistance, nearest } from './nearest.js';
export {
  defineOp,
  type OpDeclaration,
  type OpDefinition,
  type OpInstance,
  type OpKind,
} from './ops/define-op.js';
export type { CppType, Field } from './ops/fields.js';
export type { NestedOp } from './ops/nested-fields.js';
export { OPS, type OpName, type OpSpec } from './ops/registry.js';
export { describePicture, type PicturePlace } from './picture-place.js';
export { PIPELINE_PRESETS, type PipelinePreset, pipelinePreset } from './pipeline/named.js';
export {
  type PipelineOutput,
  type PipelineSpec,
  parsePipeline,
  pipelineHash,
  pipelineJsonSchema,
} from './pipeline/pipeline-spec.js';
export {
  DEFAULT_CROP_PCT,
  type EvalPresetOptions,
  evalPipeline,
  IMAGENET_MEAN,
  IMAGENET_STD,
  isThumbnail,
  type PresetOptions,
  type TrainPresetOptions,
  trainPipeline,
} from './pipeline/presets.js';
export { OUTPUT_DTYPES, type OutputDtype } from './pipeline/to-dtype.js';
export {
  pipelineViews,
  TEST_TIME_AUGMENTATIONS,
  type TestTimeAugmentation,
  viewsOf,
  withViews,
} from './pipeline/views.js';
export { nestedFields, type PlacedOp, placedOps } from './pipeline/walk.js';
export {
  type AttrValue,
  DTYPE_BYTES,
  type GraphProgram,
  type ProgramInput,
  type ProgramNode,
  type ProgramTensor,
  type TensorData,
  type TensorDtype,
} from './program.js';
export { philox4x32, Random } from './random.js';
export { DIST_BACKENDS } from './run/fields/distributed.js';
export { AMP_MODES, DEVICE_PATTERN } from './run/fields/engine.js';
export { LOGGERS } from './run/fields/logging.js';
export { CLIP_MODES, OPTIMIZERS } from './run/fields/optimization.js';
export { AUGMENTS } from './run/fields/pixels.js';
export { SCHEDULES } from './run/fields/schedule.js';
export { LOSSES, SAMPLERS, TASKS } from './run/fields/task.js';
export { PRESET_FIELDS, PRESETS, type PresetName } from './run/presets.js';
export {
  PRETRAIN_METHODS,
  type PretrainConfig,
  type PretrainConfigInput,
  parsePretrainConfig,
} from './run/pretrain-config.js';
export { parseRunConfig, type RunConfig, type RunConfigInput, runConfigSchema } from './run/run-config.js';
export {
  DEFAULT_SEARCH_SPACE,
  type Draw,
  drawTrial,
  parseSearchSpace,
  type SearchSpace,
  type SearchSpaceInput,
} from './run/search-space.js';
export { SAKER_VERSION } from './version.js';
