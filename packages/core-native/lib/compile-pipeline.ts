import { type PipelineSpec, parsePipeline, pipelineHash } from '@saker/spec';
import type { PictureLimits } from './checks.js';
import { Pipeline } from './pipeline.js';

/**
 * Compiles a pipeline for this machine.
 * @throws SakerError E_PIPELINE_INVALID, E_PIPELINE_UNSUPPORTED, E_ARG_INVALID, E_NATIVE_NOT_BUILT.
 */
export function compilePipeline(spec: PipelineSpec, options: PictureLimits = {}): Pipeline {
  const canonical = parsePipeline(spec);
  return new Pipeline(canonical, pipelineHash(canonical), options);
}
