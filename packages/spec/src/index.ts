/** The contracts of Saker. Pure TypeScript: no I/O, no native code. */
export { canonicalJson, contentHash, type Json } from './canonical.js';
export type { ErrorEntry } from './errors/define.js';
export { ERRORS, type ErrorCode, isErrorCode } from './errors/registry.js';
export { type ErrorJson, type ErrorParams, type ProblemDetails, SakerError } from './errors/saker-error.js';
export {
  type EpochRecord,
  type ModelMetadata,
  type ModelMetadataInput,
  makeModelMetadata,
  type Provenance,
  parseModelMetadata,
  type Task,
} from './model/model-metadata.js';
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
  type PresetOptions,
  type TrainPresetOptions,
  trainPipeline,
} from './pipeline/presets.js';
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
export { parseRunConfig, type RunConfig, type RunConfigInput, runConfigSchema } from './run/run-config.js';
export { SAKER_VERSION } from './version.js';
