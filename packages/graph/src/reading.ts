/** @saker/graph/read: reading a model alone, for those who must start fast: the zoo and the weights are left out. */
export { type InputSpec, inputSpec } from './input-spec.js';
export type { OnnxModel } from './model.js';
export { readModel } from './read.js';
