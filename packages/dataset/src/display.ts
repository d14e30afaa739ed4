import { OPS, type PipelineSpec, parsePipeline, pipelineViews, SakerError } from '@saker/spec';

/**
 * Makes sure that a pipeline makes one picture of each.
 * @throws SakerError E_PIPELINE_UNSUPPORTED.
 */
export function requireOneView(spec: PipelineSpec): void {
  const views = pipelineViews(spec);
  if (views === 1) return;
  const detail = `it makes ${views} views of each picture, which only prediction takes`;
  throw new SakerError('E_PIPELINE_UNSUPPORTED', { detail });
}

/**
 * A pipeline as a picture to look at or to store: the same geometry and colour, u8 rows of pixels, no Normalize, no
 * mixing with other pictures.
 * @throws SakerError E_PIPELINE_UNSUPPORTED for a pipeline that makes several views.
 */
export function displayPipeline(spec: PipelineSpec): PipelineSpec {
  requireOneView(spec);
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
