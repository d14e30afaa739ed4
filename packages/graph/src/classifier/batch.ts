/** Fixed batch sizes: many exporters write 1, training needs any. */
import { create } from '@bufbuild/protobuf';
import { makeTensorType } from '../build.js';
import { ValueInfoProtoSchema } from '../gen/onnx_pb.js';
import { type Dim, declaredShape, declaredType, type OnnxModel } from '../model.js';
import { findClassifier } from './find.js';

/**
 * The model with batch dimension 'N' in place of a fixed or nameless one, when the symbol then reaches the
 * features (a Reshape to a fixed batch stops it); else the model as it is.
 */
export function withFreeBatch(model: OnnxModel): OnnxModel {
  const input = model.inputs[0];
  const dims = input && declaredShape(input);
  if (!input || !dims || dims.length === 0 || typeof dims[0] === 'string') return model;
  const type = makeTensorType(declaredType(input), ['N', ...dims.slice(1)]);
  const freed = model.withGraph({
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

function batchOfFeatures(model: OnnxModel): Dim {
  try {
    return findClassifier(model).batch;
  } catch {
    return null;
  }
}
