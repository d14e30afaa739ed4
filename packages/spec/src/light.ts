/**
 * @saker/spec/light: the parts of @saker/spec that check no input and so need no schema library, for threads and processes
 * that are to start fast. The same objects as those of @saker/spec.
 */
export { ERRORS, type ErrorCode, isErrorCode } from './errors/registry.js';
export { type ErrorJson, type ErrorParams, type ProblemDetails, SakerError } from './errors/saker-error.js';
export type { Abstain, ModelMetadata, Task } from './model/model-metadata.js';
export { outputWidth } from './model/output-width.js';
export type { PicturePlace } from './picture-place.js';
export type { PipelineSpec } from './pipeline/pipeline-spec.js';
export type { OutputDtype } from './pipeline/to-dtype.js';
export type { TestTimeAugmentation } from './pipeline/views.js';
export { SAKER_VERSION } from './version.js';
