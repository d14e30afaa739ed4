/** Small graphs for tests, as bytes read back through the public reader. */
import { create, toBinary } from '@bufbuild/protobuf';
import { type OnnxModel, readModel } from '@saker/graph';
import { type AttrInput, makeAttribute } from '../../src/attributes.js';
import { makeNode, makeValueInfo } from '../../src/build.js';
import {
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from '../../src/gen/onnx_pb.js';
import type { Dim } from '../../src/model.js';
import { makeTensor } from '../../src/tensor.js';

/** A node named after its output. */
export function node(
  op: string,
  inputs: string[],
  output: string,
  attributes: Record<string, AttrInput> = {},
): NodeProto {
  return makeNode(op, inputs, [output], { ...attributes, name: `${op}_${output}` });
}

/** A float tensor of small varied values. */
export function floats(name: string, dims: number[]): TensorProto {
  const count = dims.reduce((a, b) => a * b, 1);
  return makeTensor(
    name,
    'f32',
    dims,
    Float32Array.from({ length: count }, (_, i) => ((i * 37) % 19) / 19 - 0.5),
  );
}

/** A 1-D tensor of 64-bit integers. */
export function ints(name: string, values: number[]): TensorProto {
  return makeTensor(name, 'i64', [values.length], BigInt64Array.from(values.map(BigInt)));
}

/** A Constant node that holds `tensor` under the tensor's name. */
export function constant(tensor: TensorProto): NodeProto {
  const value = Object.assign(makeAttribute('value', 0), { type: 4, t: tensor });
  return create(NodeProtoSchema, { opType: 'Constant', output: [tensor.name], attribute: [value] });
}

/** A whole model with one float input `x`. */
export function graph(
  input: Dim[],
  nodes: NodeProto[],
  tensors: TensorProto[],
  output: [name: string, dims: Dim[]],
): OnnxModel {
  const proto = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'test',
      node: nodes,
      initializer: tensors,
      input: [makeValueInfo('x', 'f32', input)],
      output: [makeValueInfo(output[0], 'f32', output[1])],
    },
  });
  return readModel(toBinary(ModelProtoSchema, proto));
}
