/** Pixels: decode pictures, run pipelines, load batches. Importing this loads nothing native; the first call does. */
export { type TorchCapabilities, torchCapabilities } from './autograd/capabilities.js';
export { Batch } from './batch.js';
export type { Pixels } from './binding.js';
export { type Capabilities, capabilities } from './capabilities.js';
export type { PictureLimits } from './checks.js';
export { compilePipeline } from './compile-pipeline.js';
export { CudaBatch } from './cuda-batch.js';
export { type DecodedImage, type DecodeOptions, decode, type ImageInfo, probe } from './decode.js';
export type { FileRange, ImageInput } from './input.js';
export { Loader } from './loader.js';
export type { LoaderCache, LoaderOptions, LoaderSample, LoaderStats } from './loader-options.js';
export {
  type BatchResult,
  type CudaRunBatchOptions,
  type OutputShape,
  Pipeline,
  type PlanInput,
  type RunBatchOptions,
  type RunImageContext,
  type SampleContext,
} from './pipeline.js';
