/** inferShapes: the shape of every value of a graph, with symbolic dimensions such as the batch kept by name. */
import type { TensorProto } from '../gen/onnx_pb.js';
import { declaredShape, declaredType, isDefaultDomain, type OnnxModel } from '../model.js';
import { dtypeOf, elementCount, readTensor, tensorDims, tensorNumbers } from '../tensor.js';
import { elementwiseRules } from './elementwise.js';
import { indexingRules } from './indexing.js';
import { layoutRules } from './layout.js';
import { linearRules } from './linear.js';
import { type ShapeRule, shaped, UNKNOWN, type ValueShape } from './types.js';
import { windowRules } from './windows.js';

/** Larger constants are data, not shapes. */
const MAX_CONTENTS = 64;

const RULES: Readonly<Record<string, ShapeRule>> = {
  ...elementwiseRules,
  ...windowRules,
  ...linearRules,
  ...layoutRules,
  ...indexingRules,
};

/**
 * Shapes by value name, for inputs, initializers and everything the nodes compute. Integer arithmetic on shapes
 * (Shape, Gather, Concat, Mul ...) is folded. An operator without a rule gives values of unknown shape, unless the
 * file declares them in value_info; it is not an error.
 */
export function inferShapes(model: OnnxModel): ReadonlyMap<string, ValueShape> {
  const known = new Map<string, ValueShape>();
  const declared = new Map<string, ValueShape>();
  for (const value of [...model.graph.valueInfo, ...model.outputs]) {
    declared.set(value.name, shaped(declaredShape(value), declaredType(value)));
  }
  for (const value of model.inputs) known.set(value.name, shaped(declaredShape(value), declaredType(value)));
  for (const tensor of model.graph.initializer) known.set(tensor.name, constantShape(tensor));

  for (const node of model.nodes) {
    const constant = node.opType === 'Constant' ? model.constant(node.output[0] ?? '') : undefined;
    if (constant) {
      known.set(node.output[0]!, constantShape(constant));
      continue;
    }
    const rule = isDefaultDomain(node.domain) ? RULES[node.opType] : undefined;
    const inputs = node.input.map((name) => known.get(name));
    const results = rule ? rule(node, inputs, model.opset) : [];
    node.output.forEach((name, index) => {
      if (name) known.set(name, merge(results[index] ?? UNKNOWN, declared.get(name)));
    });
  }
  return known;
}

function constantShape(tensor: TensorProto): ValueShape {
  const dims = tensorDims(tensor);
  const small = dims.length <= 1 && elementCount(dims) <= MAX_CONTENTS && dtypeOf(tensor.dataType) !== null;
  return { dims, type: tensor.dataType, data: small ? tensorNumbers(readTensor(tensor)) : null };
}

/** What was inferred, with gaps filled from what the file declares. */
function merge(inferred: ValueShape, declared: ValueShape | undefined): ValueShape {
  if (!declared) return inferred;
  const dims =
    inferred.dims && declared.dims?.length === inferred.dims.length
      ? inferred.dims.map((dim, axis) => dim ?? declared.dims![axis]!)
      : (inferred.dims ?? declared.dims);
  return { dims, type: inferred.type || declared.type, data: inferred.data };
}
