/** putTensors: exchange the values of a graph's tensors, for trained or imported weights. */
import { create } from '@bufbuild/protobuf';
import type { TensorDtype } from '@saker/spec';
import { SakerError } from '@saker/spec';
import { AttributeProtoSchema, type NodeProto, NodeProtoSchema, type TensorProto } from './gen/onnx_pb.js';
import type { OnnxModel } from './model.js';
import { dtypeOf, elementCount, floatToHalf, makeTensor, tensorDims } from './tensor.js';

/** Values for one tensor: f32, row-major, of the same dims as the tensor they replace. */
export interface TensorValues {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Options of `putTensors`. */
export interface PutTensorsOptions {
  /** Names that must all be given; E_MODEL_TENSORS lists those that are not. */
  readonly required?: readonly string[];
}

/**
 * A new model with the given tensors in place of its own, by name; tensors not named keep their values. Values are
 * f32 and are stored in the tensor's own element type (f32, f16 rounded to nearest even, f64). The data is copied.
 * Throws E_MODEL_TENSORS for a name the model has no tensor of, other dims, a wrong element count, a tensor that
 * isn't floating point, or a missing required name; the given model is never changed.
 */
export function putTensors(
  model: OnnxModel,
  tensors: Readonly<Record<string, TensorValues>>,
  options: PutTensorsOptions = {},
): OnnxModel {
  const missing = (options.required ?? []).filter((name) => !Object.hasOwn(tensors, name));
  if (missing.length > 0) throw misfit(`${missing.join(', ')} missing`);
  const fresh = new Map<string, TensorProto>();
  for (const [name, values] of Object.entries(tensors)) {
    const old = model.constant(name);
    if (!old) throw misfit(`the model has no tensor ${name}`);
    fresh.set(name, replacement(name, old, values));
  }
  return model.withGraph({
    initializer: model.graph.initializer.map((tensor) => fresh.get(tensor.name) ?? tensor),
    node: model.graph.node.map((node) => withConstant(node, model, fresh)),
  });
}

function misfit(detail: string): SakerError {
  return new SakerError('E_MODEL_TENSORS', { detail });
}

function replacement(name: string, old: TensorProto, values: TensorValues): TensorProto {
  const dims = tensorDims(old);
  const dtype = dtypeOf(old.dataType);
  if (dims.length !== values.dims.length || dims.some((dim, axis) => dim !== values.dims[axis])) {
    throw misfit(`${name} has dims [${dims.join(', ')}], received [${values.dims.join(', ')}]`);
  }
  if (values.data.length !== elementCount(dims)) {
    throw misfit(`${name} has ${elementCount(dims)} elements, received ${values.data.length}`);
  }
  if (dtype !== 'f32' && dtype !== 'f16' && dtype !== 'f64') throw misfit(`${name} is not floating point`);
  return makeTensor(name, dtype, dims, convert(values.data, dtype));
}

function convert(data: Float32Array, dtype: TensorDtype): ArrayBufferView {
  if (dtype === 'f16') return Uint16Array.from(data, floatToHalf);
  return dtype === 'f64' ? Float64Array.from(data) : data.slice();
}

/** Weights may also sit in Constant nodes; those get a new node with a new attribute. */
function withConstant(node: NodeProto, model: OnnxModel, fresh: ReadonlyMap<string, TensorProto>): NodeProto {
  const value = node.opType === 'Constant' ? fresh.get(node.output[0] ?? '') : undefined;
  if (!value || model.initializer(node.output[0]!)) return node;
  const attribute = node.attribute.map((old) =>
    old.name === 'value' ? Object.assign(create(AttributeProtoSchema), old, { t: value }) : old,
  );
  return Object.assign(create(NodeProtoSchema), node, { attribute });
}
