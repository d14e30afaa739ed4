import { type NestedOp, nestedFields, OPS, type PipelineSpec, parsePipeline } from '@saker/spec';

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

/** A pipeline as a picture to look at or to store: the same geometry and colour, u8 rows of pixels, no Normalize. */
export function displayPipeline(spec: PipelineSpec): PipelineSpec {
  const normalize = spec.ops.find((op) => op.op === 'Normalize');
  const ops = spec.ops.filter(({ op }) => op !== 'Normalize') as unknown as readonly NestedOp[];
  return parsePipeline({
    ...spec,
    ops: normalize ? ops.map((op) => withoutMeans(op, normalize.mean)) : ops,
    output: { ...spec.output, dtype: 'u8', layout: 'NHWC' },
  });
}

/** Whether a picture can look different in every epoch. */
export function drawsAtRandom(spec: PipelineSpec): boolean {
  return spec.ops.some(({ op }) => OPS.some((known) => known.name === op && known.randomWords > 0));
}
