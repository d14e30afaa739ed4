/** Convolution, pooling and resizing: ops that slide over spatial axes (after N and C). */
import { numberAttribute, numbersAttribute, stringAttribute } from '../attributes.js';
import type { NodeProto } from '../gen/onnx_pb.js';
import type { Dim } from '../model.js';
import { numbersOf, type ShapeRule, shaped, UNKNOWN } from './types.js';

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly autoPad: string;
  readonly ceil: boolean;
}

function windowOf(node: NodeProto, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1);
  return {
    kernel,
    strides: numbersAttribute(node, 'strides') ?? ones,
    dilations: numbersAttribute(node, 'dilations') ?? ones,
    pads: numbersAttribute(node, 'pads') ?? [...kernel, ...kernel].map(() => 0),
    autoPad: stringAttribute(node, 'auto_pad', 'NOTSET'),
    ceil: numberAttribute(node, 'ceil_mode', 0) === 1,
  };
}

/** Output size along one axis, by the formula of the ONNX operator specification (Conv, MaxPool). */
function slide(size: Dim, axis: number, window: Window): Dim {
  if (typeof size !== 'number') return null;
  const { strides, dilations, pads, kernel } = window;
  const stride = strides[axis] ?? 1;
  const extent = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
  if (window.autoPad === 'SAME_UPPER' || window.autoPad === 'SAME_LOWER') return Math.ceil(size / stride);
  const before = window.autoPad === 'VALID' ? 0 : (pads[axis] ?? 0);
  const after = window.autoPad === 'VALID' ? 0 : (pads[axis + kernel.length] ?? 0);
  const steps = (size + before + after - extent) / stride;
  if (!window.ceil) return Math.floor(steps) + 1;
  // A window that would start in the padding behind the data is dropped.
  const count = Math.ceil(steps) + 1;
  return (count - 1) * stride >= size + before ? count - 1 : count;
}

const conv: ShapeRule = (node, [input, weight]) => {
  if (!input?.dims || !weight?.dims) return [shaped(null, input?.type ?? 0)];
  const kernel = numbersAttribute(node, 'kernel_shape') ?? numbersOf(weight.dims.slice(2));
  if (!kernel) return [shaped(null, input.type)];
  const window = windowOf(node, kernel);
  const spatial = input.dims.slice(2).map((size, axis) => slide(size, axis, window));
  return [shaped([input.dims[0]!, weight.dims[0]!, ...spatial], input.type)];
};

const convTranspose: ShapeRule = (node, [input, weight]) => {
  const kernel = numbersAttribute(node, 'kernel_shape') ?? numbersOf(weight?.dims?.slice(2));
  if (!input?.dims || !weight?.dims || !kernel) return [shaped(null, input?.type ?? 0)];
  const window = windowOf(node, kernel);
  const extra = numbersAttribute(node, 'output_padding') ?? kernel.map(() => 0);
  const wanted = numbersAttribute(node, 'output_shape');
  const spatial = input.dims.slice(2).map((size, axis) => {
    if (wanted) return wanted[axis] ?? null;
    if (typeof size !== 'number') return null;
    const stride = window.strides[axis] ?? 1;
    if (window.autoPad.startsWith('SAME')) return size * stride;
    const extent = (kernel[axis]! - 1) * (window.dilations[axis] ?? 1) + 1;
    const pad = (window.pads[axis] ?? 0) + (window.pads[axis + kernel.length] ?? 0);
    return stride * (size - 1) + (extra[axis] ?? 0) + extent - pad;
  });
  const perGroup = weight.dims[1] ?? null;
  const channels = typeof perGroup === 'number' ? perGroup * numberAttribute(node, 'group', 1) : null;
  return [shaped([input.dims[0]!, channels, ...spatial], input.type)];
};

const pool: ShapeRule = (node, [input]) => {
  const kernel = numbersAttribute(node, 'kernel_shape');
  if (!input?.dims || !kernel) return node.output.map(() => shaped(null, input?.type ?? 0));
  const window = windowOf(node, kernel);
  const spatial = input.dims.slice(2).map((size, axis) => slide(size, axis, window));
  const result = shaped([...input.dims.slice(0, 2), ...spatial], input.type);
  return node.output.map((_, index) => (index === 0 ? result : UNKNOWN));
};

const globalPool: ShapeRule = (_node, [input]) => [
  shaped(input?.dims?.map((dim, axis) => (axis < 2 ? dim : 1)) ?? null, input?.type ?? 0),
];

/** Resize and Upsample: sizes or scales, the last given input that is a known constant decides. */
const resize: ShapeRule = (node, inputs) => {
  const input = inputs[0];
  if (!input?.dims) return [shaped(null, input?.type ?? 0)];
  const sizes = node.opType === 'Resize' ? numbersOf(inputs[3]?.data) : null;
  if (sizes?.length === input.dims.length) {
    return [
      shaped(
        input.dims.map((dim, axis) => (axis === 0 ? dim : sizes[axis]!)),
        input.type,
      ),
    ];
  }
  const scales = numbersOf(inputs[inputs.length > 2 ? 2 : 1]?.data) ?? numbersAttribute(node, 'scales');
  const scaled = input.dims.map((dim, axis) => {
    const scale = scales?.[axis] ?? null;
    if (scale === 1) return dim;
    return typeof dim === 'number' && scale !== null ? Math.floor(dim * scale) : null;
  });
  return [shaped(scaled, input.type)];
};

/** Rules by operator name. */
export const windowRules: Readonly<Record<string, ShapeRule>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  Resize: resize,
  Upsample: resize,
};
