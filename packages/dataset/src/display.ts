import {
  type NestedOp,
  nestedFields,
  OPS,
  type PipelineSpec,
  parsePipeline,
  pipelineViews,
  SakerError,
} from '@saker/spec';

/** The op with every erased box of the mean, also inside lists, in the colour that Normalize would map to 0. */
function withoutMeans(op: NestedOp, mean: readonly number[]): NestedOp {
  const lists = nestedFields(op.op).map((field) => [
    field,
    (op[field] as readonly NestedOp[]).map((inside) => withoutMeans(inside, mean)),
  ]);
  const erased = op.op === 'RandomErasing' && op.value === 'mean';
  const color = [0, 1, 2].map((c) => Math.min(Math.max((mean[c] ?? mean[0] ?? 0) * 255, 0), 255));
  return { ...op, ...Object.fromEntries(lists), ...(erased ? { value: color } : {}) };
}

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
  const normalize = spec.ops.find((op) => op.op === 'Normalize');
  const ops = spec.ops.filter(({ op }) => op !== 'Normalize') as unknown as readonly NestedOp[];
  return parsePipeline({
    ...single,
    ops: normalize ? ops.map((op) => withoutMeans(op, normalize.mean)) : ops,
    output: { ...spec.output, dtype: 'u8', layout: 'NHWC' },
  });
}

/** Whether a picture can look different in every epoch. */
export function drawsAtRandom(spec: PipelineSpec): boolean {
  return spec.ops.some(({ op }) => OPS.some((known) => known.name === op && known.randomWords > 0));
}
