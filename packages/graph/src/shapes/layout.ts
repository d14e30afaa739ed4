/** Ops that rearrange, cut, join or repeat, and those that read shapes. */
import { numberAttribute, numbersAttribute } from '../attributes.js';
import { TensorProto_DataType as DT } from '../gen/onnx_pb.js';
import type { Dim } from '../model.js';
import { readTensor, tensorNumbers } from '../tensor.js';
import {
  broadcast,
  numbersOf,
  positiveAxis,
  product,
  type ShapeRule,
  shaped,
  type ValueShape,
} from './types.js';

/** ConstantOfShape results longer than this are data, not shapes. */
const MAX_FILL = 64;

const unknownOf = (input: ValueShape | undefined) => [shaped(null, input?.type ?? 0)];

const flatten: ShapeRule = (node, [input]) => {
  if (!input?.dims) return [shaped([null, null], input?.type ?? 0)];
  const axis = positiveAxis(numberAttribute(node, 'axis', 1), input.dims.length);
  return [shaped([product(input.dims.slice(0, axis)), product(input.dims.slice(axis))], input.type)];
};

/** What -1 stands for: input elements over the known target elements, where equal symbols cancel. */
function inferredDim(input: readonly Dim[], target: readonly Dim[]): Dim {
  const symbols: Dim[] = input.filter((dim) => typeof dim !== 'number');
  let size = input.reduce<number>((total, dim) => (typeof dim === 'number' ? total * dim : total), 1);
  for (const dim of target) {
    if (dim === -1) continue;
    if (typeof dim === 'number') size /= dim;
    else {
      const index = symbols.indexOf(dim);
      if (dim === null || index < 0) return null;
      symbols.splice(index, 1);
    }
  }
  if (symbols.length === 0) return Number.isInteger(size) ? size : null;
  return symbols.length === 1 && size === 1 ? symbols[0]! : null;
}

/** False when a target without -1 can't hold a symbolic input: it would fix what the symbol leaves open. */
function sameSymbols(input: readonly Dim[], target: readonly Dim[]): boolean {
  if (target.includes(-1) || input.includes(null) || target.includes(null)) return true;
  const symbols = (dims: readonly Dim[]) =>
    dims
      .filter((dim) => typeof dim === 'string')
      .sort()
      .join();
  return symbols(input) === symbols(target);
}

const reshape: ShapeRule = (node, [input, shape]) => {
  const target = shape?.data ?? numbersAttribute(node, 'shape');
  if (!target) {
    const rank = shape?.dims?.[0];
    return [shaped(typeof rank === 'number' ? Array<Dim>(rank).fill(null) : null, input?.type ?? 0)];
  }
  const copyZero = numberAttribute(node, 'allowzero', 0) === 0;
  const filled = target.map((dim, axis) => (dim === 0 && copyZero ? (input?.dims?.[axis] ?? null) : dim));
  if (input?.dims && !sameSymbols(input.dims, filled))
    return [shaped(Array<Dim>(filled.length).fill(null), input.type)];
  const dims = filled.map((dim) =>
    dim === -1 ? (input?.dims ? inferredDim(input.dims, filled) : null) : dim,
  );
  return [{ dims, type: input?.type ?? 0, data: dims.length <= 1 ? (input?.data ?? null) : null }];
};

const transpose: ShapeRule = (node, [input]) => {
  if (!input?.dims) return unknownOf(input);
  const order = numbersAttribute(node, 'perm') ?? input.dims.map((_, axis) => axis).reverse();
  return [
    shaped(
      order.map((axis) => input.dims![axis] ?? null),
      input.type,
    ),
  ];
};

const concat: ShapeRule = (node, inputs) => {
  const first = inputs[0];
  if (!first?.dims || inputs.some((input) => !input?.dims)) return unknownOf(first);
  const axis = positiveAxis(numberAttribute(node, 'axis', 0), first.dims.length);
  const joined = inputs.reduce<Dim>((sum, input) => {
    const dim = input!.dims![axis];
    return typeof sum === 'number' && typeof dim === 'number' ? sum + dim : null;
  }, 0);
  const agreed = (index: number): Dim => {
    const dim = first.dims![index]!;
    return inputs.every((input) => input!.dims![index] === dim) ? dim : null;
  };
  const dims = first.dims.map((_, index) => (index === axis ? joined : agreed(index)));
  const known = first.dims.length === 1 && inputs.every((input) => input?.data);
  return [{ dims, type: first.type, data: known ? inputs.flatMap((input) => [...input!.data!]) : null }];
};

/** Squeeze and Unsqueeze: axes moved from attribute to input at opset 13. */
const squeeze: ShapeRule = (node, [input, axesInput]) => {
  if (!input?.dims) return unknownOf(input);
  const rank = input.dims.length;
  const given = numbersAttribute(node, 'axes') ?? numbersOf(axesInput?.data);
  if (!given && axesInput) return unknownOf(input);
  const axes = given?.map((axis) => positiveAxis(axis, rank));
  const dims = input.dims.filter((dim, axis) => (axes ? !axes.includes(axis) : dim !== 1));
  return [{ dims, type: input.type, data: input.data }];
};

const unsqueeze: ShapeRule = (node, [input, axesInput]) => {
  const given = numbersAttribute(node, 'axes') ?? numbersOf(axesInput?.data);
  if (!input?.dims || !given) return unknownOf(input);
  const rank = input.dims.length + given.length;
  const axes = new Set(given.map((axis) => positiveAxis(axis, rank)));
  let next = 0;
  const dims = Array.from(
    { length: rank },
    (_, axis): Dim => (axes.has(axis) ? 1 : (input.dims![next++] ?? null)),
  );
  return [{ dims, type: input.type, data: rank === 1 ? input.data : null }];
};

const expand: ShapeRule = (_node, [input, shape]) => [
  shaped(shape?.data ? broadcast([input?.dims, shape.data]) : null, input?.type ?? 0),
];

const tile: ShapeRule = (_node, [input, repeats]) => {
  const counts = numbersOf(repeats?.data);
  if (!input?.dims || !counts) return unknownOf(input);
  const dims = input.dims.map((dim, axis) => {
    if (counts[axis] === 1) return dim;
    return typeof dim === 'number' ? dim * counts[axis]! : null;
  });
  return [shaped(dims, input.type)];
};

const pad: ShapeRule = (node, [input, padsInput, , axesInput]) => {
  const pads = numbersAttribute(node, 'pads') ?? numbersOf(padsInput?.data);
  if (!input?.dims || !pads) return unknownOf(input);
  const rank = input.dims.length;
  const axes =
    numbersOf(axesInput?.data)?.map((axis) => positiveAxis(axis, rank)) ?? input.dims.map((_, a) => a);
  const dims = [...input.dims];
  axes.forEach((axis, index) => {
    const extra = (pads[index] ?? 0) + (pads[index + axes.length] ?? 0);
    const dim = dims[axis] ?? null;
    dims[axis] = extra === 0 ? dim : typeof dim === 'number' ? dim + extra : null;
  });
  return [shaped(dims, input.type)];
};

const split: ShapeRule = (node, [input, sizesInput]) => {
  if (!input?.dims) return node.output.map(() => shaped(null, input?.type ?? 0));
  const axis = positiveAxis(numberAttribute(node, 'axis', 0), input.dims.length);
  const sizes = numbersAttribute(node, 'split') ?? numbersOf(sizesInput?.data);
  const total = input.dims[axis] ?? null;
  const count = node.output.length;
  const chunk = typeof total === 'number' ? Math.ceil(total / count) : null;
  return node.output.map((_, index) => {
    const even = chunk === null ? null : Math.min(chunk, (total as number) - chunk * index);
    return shaped(
      input.dims!.map((dim, a) => (a === axis ? (sizes?.[index] ?? even) : dim)),
      input.type,
    );
  });
};

const shapeOf: ShapeRule = (node, [input]) => {
  if (!input?.dims) return [shaped([null], DT.INT64)];
  const rank = input.dims.length;
  const end = numberAttribute(node, 'end', rank);
  const data = input.dims.slice(numberAttribute(node, 'start', 0), end);
  return [{ dims: [data.length], type: DT.INT64, data }];
};

const size: ShapeRule = (_node, [input]) => [
  { dims: [], type: DT.INT64, data: input?.dims ? [product(input.dims)] : null },
];

const constantOfShape: ShapeRule = (node, [shape]) => {
  const value = node.attribute.find((attribute) => attribute.name === 'value')?.t;
  const dims = shape?.data ?? null;
  const type = value?.dataType ?? DT.FLOAT;
  const length = dims?.length === 1 ? dims[0] : null;
  if (typeof length !== 'number' || length > MAX_FILL) return [shaped(dims, type)];
  const fill = value ? tensorNumbers(readTensor(value))[0]! : 0;
  return [{ dims, type, data: Array<Dim>(length).fill(fill) }];
};

/** Rules by operator name. */
export const layoutRules: Readonly<Record<string, ShapeRule>> = {
  Flatten: flatten,
  Reshape: reshape,
  Transpose: transpose,
  Concat: concat,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Split: split,
  Shape: shapeOf,
  Size: size,
  ConstantOfShape: constantOfShape,
};
