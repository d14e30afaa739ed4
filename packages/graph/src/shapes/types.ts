/** What shape inference knows about a value, and the form of a rule. */
import type { NodeProto } from '../gen/onnx_pb.js';
import type { Dim } from '../model.js';

/** Knowledge about one value of the graph. */
export interface ValueShape {
  /** Dimensions, or null when even the rank is unknown. */
  readonly dims: readonly Dim[] | null;
  /** ONNX element type number, 0 when unknown. */
  readonly type: number;
  /**
   * Contents of a small tensor of rank 0 or 1, element by element, where they follow from shapes and constants;
   * a symbol where an element is a symbolic dimension. Null when not known.
   */
  readonly data: readonly Dim[] | null;
}

/** Computes a node's outputs from its inputs; an absent optional input is undefined. */
export type ShapeRule = (
  node: NodeProto,
  inputs: readonly (ValueShape | undefined)[],
  opset: number,
) => ValueShape[];

/** Nothing known. */
export const UNKNOWN: ValueShape = { dims: null, type: 0, data: null };

/** A value of known dims, contents unknown. */
export function shaped(dims: readonly Dim[] | null, type: number): ValueShape {
  return { dims, type, data: null };
}

/** An axis counted from the front. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** All elements of `data` as numbers, or null when one isn't a known number. */
export function numbersOf(data: readonly Dim[] | null | undefined): number[] | null {
  if (!data || data.some((item) => typeof item !== 'number')) return null;
  return data as number[];
}

/** Product of dimensions: a number, a lone symbol when all others are 1, else null. */
export function product(dims: readonly Dim[]): Dim {
  let size = 1;
  let symbol: string | null = null;
  for (const dim of dims) {
    if (typeof dim === 'number') size *= dim;
    else if (dim === null || symbol !== null) return null;
    else symbol = dim;
  }
  if (symbol === null) return size;
  return size === 1 ? symbol : null;
}

/** One dimension of a broadcast (multidirectional broadcasting of the ONNX specification). */
function broadcastDim(a: Dim, b: Dim): Dim {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === 'number') return a;
  return typeof b === 'number' ? b : null;
}

/** Shape of a broadcast of several values, or null when a rank is unknown. */
export function broadcast(shapes: readonly (readonly Dim[] | null | undefined)[]): Dim[] | null {
  let result: Dim[] = [];
  for (const shape of shapes) {
    if (!shape) return null;
    const rank = Math.max(result.length, shape.length);
    const at = (dims: readonly Dim[], axis: number): Dim => {
      const index = axis - (rank - dims.length);
      return index < 0 ? 1 : dims[index]!;
    };
    result = Array.from({ length: rank }, (_, axis) => broadcastDim(at(result, axis), at(shape, axis)));
  }
  return result;
}
