/** Matrix products and reductions. */
import { numberAttribute, numbersAttribute } from '../attributes.js';
import { TensorProto_DataType as DT } from '../gen/onnx_pb.js';
import type { Dim } from '../model.js';
import { broadcast, numbersOf, positiveAxis, type ShapeRule, shaped } from './types.js';

const gemm: ShapeRule = (node, [a, b]) => {
  const rows = a?.dims?.[numberAttribute(node, 'transA', 0) === 1 ? 1 : 0] ?? null;
  const columns = b?.dims?.[numberAttribute(node, 'transB', 0) === 1 ? 0 : 1] ?? null;
  return [shaped([rows, columns], a?.type ?? 0)];
};

/** numpy.matmul's rules: 1-D operands are promoted and the added axis dropped again. */
const matmul: ShapeRule = (_node, [a, b]) => {
  if (!a?.dims || !b?.dims) return [shaped(null, a?.type ?? 0)];
  const left: readonly Dim[] = a.dims.length === 1 ? [1, ...a.dims] : a.dims;
  const right: readonly Dim[] = b.dims.length === 1 ? [...b.dims, 1] : b.dims;
  const batch = broadcast([left.slice(0, -2), right.slice(0, -2)]);
  if (!batch) return [shaped(null, a.type)];
  const tail: Dim[] = [];
  if (a.dims.length > 1) tail.push(left[left.length - 2]!);
  if (b.dims.length > 1) tail.push(right[right.length - 1]!);
  return [shaped([...batch, ...tail], a.type)];
};

/** Axes moved from attribute to input at opset 13 (ReduceSum) and 18 (the rest); take whichever is there. */
const reduce: ShapeRule = (node, [input, axesInput]) => {
  const type = input?.type ?? 0;
  if (!input?.dims) return [shaped(null, type)];
  const rank = input.dims.length;
  const keep = numberAttribute(node, 'keepdims', 1) === 1;
  let axes = numbersAttribute(node, 'axes') ?? numbersOf(axesInput?.data);
  if (!axes) {
    if (axesInput) return [shaped(null, type)];
    if (numberAttribute(node, 'noop_with_empty_axes', 0) === 1) return [shaped(input.dims, type)];
    axes = input.dims.map((_, axis) => axis);
  }
  const reduced = new Set(axes.map((axis) => positiveAxis(axis, rank)));
  const dims = input.dims.flatMap((dim, axis): Dim[] => (reduced.has(axis) ? (keep ? [1] : []) : [dim]));
  return [shaped(dims, type)];
};

const argReduce: ShapeRule = (node, [input]) => {
  if (!input?.dims) return [shaped(null, DT.INT64)];
  const axis = positiveAxis(numberAttribute(node, 'axis', 0), input.dims.length);
  const keep = numberAttribute(node, 'keepdims', 1) === 1;
  const dims = input.dims.flatMap((dim, index): Dim[] => (index === axis ? (keep ? [1] : []) : [dim]));
  return [shaped(dims, DT.INT64)];
};

const REDUCE_OPS =
  'ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare';

/** Rules by operator name. */
export const linearRules: Readonly<Record<string, ShapeRule>> = {
  Gemm: gemm,
  MatMul: matmul,
  ...Object.fromEntries(REDUCE_OPS.split(' ').map((op) => [op, reduce])),
  ArgMax: argReduce,
  ArgMin: argReduce,
};
