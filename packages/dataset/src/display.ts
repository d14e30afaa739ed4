import { OPS, type PipelineSpec, parsePipeline } from '@saker/spec';

/**
 * A pipeline as a picture to look at or to store: the same geometry and colour, u8 rows of pixels, no Normalize, no
 * mixing with other pictures.
 */
export function displayPipeline(spec: PipelineSpec): PipelineSpec {
  const { batch: _mixing, ...single } = spec;
  return parsePipeline({
    ...single,
    ops: spec.ops.filter(({ op }) => op !== 'Normalize'),
    output: { ...spec.output, dtype: 'u8', layout: 'NHWC' },
  });
}

/** Whether a picture can look different in every epoch. */
export function drawsAtRandom(spec: PipelineSpec): boolean {
  return spec.ops.some(({ op }) => OPS.some((known) => known.name === op && known.randomWords > 0));
}
