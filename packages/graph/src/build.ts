/** Small constructors for graph messages. */
import { create } from '@bufbuild/protobuf';
import type { TensorDtype } from '@saker/spec';
import { type AttrInput, makeAttribute } from './attributes.js';
import {
  type NodeProto,
  NodeProtoSchema,
  type TypeProto,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './gen/onnx_pb.js';
import type { Dim } from './model.js';
import { DTYPES } from './tensor.js';

/** Attributes of a new node; `name` is the node's own name, undefined entries are left out. */
export interface NodeOptions {
  readonly name: string;
  readonly [attribute: string]: AttrInput | undefined;
}

/** A node of the default domain; attributes are sorted by name, so equal calls give equal bytes. */
export function makeNode(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  options: NodeOptions,
): NodeProto {
  const { name, ...attributes } = options;
  const attribute = Object.entries(attributes)
    .filter((entry): entry is [string, AttrInput] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => makeAttribute(key, value));
  return create(NodeProtoSchema, { opType: op, name, input: [...inputs], output: [...outputs], attribute });
}

/** A tensor type; null is a dimension of unknown size. */
export function makeTensorType(elemType: number, dims: readonly Dim[]): TypeProto {
  const dim = dims.map((size) => {
    if (size === null) return {};
    return typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } };
  });
  return create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType, shape: { dim } } } });
}

/** A graph input or output. */
export function makeValueInfo(name: string, dtype: TensorDtype, dims: readonly Dim[]): ValueInfoProto {
  return create(ValueInfoProtoSchema, { name, type: makeTensorType(DTYPES[dtype].onnx, dims) });
}
