/** Fixed batch sizes: many exporters write 1, training needs any. */
import { create } from '@bufbuild/protobuf';
import { numberAttribute } from '../attributes.js';
import { makeTensorType } from '../build.js';
import { NodeProtoSchema, type TensorProto, ValueInfoProtoSchema } from '../gen/onnx_pb.js';
import { type Dim, declaredShape, declaredType, type OnnxModel } from '../model.js';
import { inferShapes } from '../shapes/infer.js';
import { makeTensor } from '../tensor.js';
import { findClassifier } from './find.js';

/**
 * The model with batch dimension 'N' in place of a fixed or nameless one, when the symbol then reaches the
 * features; else the model as it is. A Reshape whose constant target starts with the fixed batch gets 0 there,
 * which the format defines as "the input's size".
 */
export function withFreeBatch(model: OnnxModel): OnnxModel {
  const input = model.inputs[0];
  const dims = input && declaredShape(input);
  if (!input || !dims || dims.length === 0 || typeof dims[0] === 'string') return model;
  const type = makeTensorType(declaredType(input), ['N', ...dims.slice(1)]);
  const freed = freeReshapes(model, dims[0] ?? null).withGraph({
    input: model.graph.input.map((value) =>
      value === input ? Object.assign(create(ValueInfoProtoSchema), value, { type }) : value,
    ),
    output: model.graph.output.map((value) => {
      const shape = declaredShape(value);
      if (!shape) return value;
      const open = makeTensorType(declaredType(value), [null, ...shape.slice(1)]);
      return Object.assign(create(ValueInfoProtoSchema), value, { type: open });
    }),
    valueInfo: [],
  });
  return batchOfFeatures(freed) === 'N' ? freed : model;
}

/** Targets that repeat the fixed size of their input's first axis say 0 instead; for that size nothing changes. */
function freeReshapes(model: OnnxModel, batch: Dim): OnnxModel {
  if (typeof batch !== 'number') return model;
  const shapes = inferShapes(model);
  const added: TensorProto[] = [];
  const nodes = model.nodes.map((node) => {
    const [data = '', shape = ''] = node.input;
    const target = node.opType === 'Reshape' && model.constant(shape) ? shapes.get(shape)?.data : null;
    const fixed = target?.[0] === batch && shapes.get(data)?.dims?.[0] === batch;
    if (!target || !fixed || numberAttribute(node, 'allowzero', 0) !== 0) return node;
    const name = `${node.output[0]}.shape`;
    if (model.constant(name) || model.producer(name)) return node;
    const values = BigInt64Array.from([0n, ...target.slice(1).map((dim) => BigInt(dim as number))]);
    added.push(makeTensor(name, 'i64', [values.length], values));
    return Object.assign(create(NodeProtoSchema), node, { input: [data, name] });
  });
  return model.withGraph({ node: nodes, initializer: [...model.graph.initializer, ...added] });
}

function batchOfFeatures(model: OnnxModel): Dim {
  try {
    return findClassifier(model).batch;
  } catch {
    return null;
  }
}
