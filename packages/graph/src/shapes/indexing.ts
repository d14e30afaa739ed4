/** Ops that pick elements: Slice, Gather, Range, space and depth exchanges. */
import { numberAttribute, numbersAttribute } from '../attributes.js';
import type { Dim } from '../model.js';
import { numbersOf, positiveAxis, type ShapeRule, shaped } from './types.js';

/** First index and number of elements that a slice of one axis picks (numpy's clamping). */
function sliceRange(
  size: number,
  start: number,
  end: number,
  step: number,
): { first: number; count: number } {
  const clamp = (index: number, low: number, high: number) =>
    Math.min(Math.max(index < 0 ? index + size : index, low), high);
  const first = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  const last = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}

/** Bounds moved from attributes to inputs at opset 10. */
const slice: ShapeRule = (node, inputs) => {
  const input = inputs[0];
  if (!input?.dims) return [shaped(null, input?.type ?? 0)];
  const rank = input.dims.length;
  const starts = numbersAttribute(node, 'starts') ?? numbersOf(inputs[1]?.data);
  const ends = numbersAttribute(node, 'ends') ?? numbersOf(inputs[2]?.data);
  const axes = numbersAttribute(node, 'axes') ?? numbersOf(inputs[3]?.data) ?? starts?.map((_, axis) => axis);
  const steps = numbersOf(inputs[4]?.data) ?? starts?.map(() => 1);
  if (!starts || !ends || !axes || !steps) return [shaped(Array<Dim>(rank).fill(null), input.type)];
  const dims = [...input.dims];
  let data = input.data;
  axes.forEach((given, index) => {
    const axis = positiveAxis(given, rank);
    const size = dims[axis] ?? null;
    const [start, end, step] = [starts[index]!, ends[index]!, steps[index]!];
    if (typeof size !== 'number') {
      const whole = start === 0 && step === 1 && end >= 2 ** 31 - 1;
      dims[axis] = whole ? size : null;
      return;
    }
    const { first, count } = sliceRange(size, start, end, step);
    dims[axis] = count;
    if (data) data = Array.from({ length: count }, (_, i) => data![first + i * step] ?? null);
  });
  return [{ dims, type: input.type, data: rank === 1 ? data : null }];
};

const gather: ShapeRule = (node, [input, indices]) => {
  if (!input?.dims || !indices?.dims) return [shaped(null, input?.type ?? 0)];
  const axis = positiveAxis(numberAttribute(node, 'axis', 0), input.dims.length);
  const dims = [...input.dims.slice(0, axis), ...indices.dims, ...input.dims.slice(axis + 1)];
  const picks = numbersOf(indices.data);
  const source = input.dims.length === 1 ? input.data : null;
  const data =
    source && picks ? picks.map((index) => source[positiveAxis(index, source.length)] ?? null) : null;
  return [{ dims, type: input.type, data }];
};

const range: ShapeRule = (_node, [start, limit, delta]) => {
  const numbers = [start, limit, delta].map((value) => value?.data?.[0]);
  if (!numbers.every((item): item is number => typeof item === 'number')) {
    return [shaped([null], start?.type ?? 0)];
  }
  const [from, to, by] = numbers as [number, number, number];
  const count = Math.max(0, Math.ceil((to - from) / by));
  const data = count <= 64 ? Array.from({ length: count }, (_, i) => from + i * by) : null;
  return [{ dims: [count], type: start?.type ?? 0, data }];
};

const depthToSpace: ShapeRule = (node, [input]) => {
  if (!input?.dims) return [shaped(null, input?.type ?? 0)];
  const block = numberAttribute(node, 'blocksize', 1);
  const toSpace = node.opType === 'DepthToSpace';
  const scale = (dim: Dim | undefined, factor: number): Dim =>
    typeof dim === 'number' ? dim * factor : null;
  const [n, c, h, w] = input.dims;
  const space = toSpace ? block : 1 / block;
  return [shaped([n ?? null, scale(c, space ** -2), scale(h, space), scale(w, space)], input.type)];
};

/** Rules by operator name. */
export const indexingRules: Readonly<Record<string, ShapeRule>> = {
  Slice: slice,
  Gather: gather,
  Range: range,
  DepthToSpace: depthToSpace,
  SpaceToDepth: depthToSpace,
};
