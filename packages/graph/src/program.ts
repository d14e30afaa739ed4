/** toProgram: the graph as plain data for an engine that reads no protobuf. */
import type { GraphProgram, ProgramInput, ProgramNode, ProgramTensor } from '@saker/spec';
import { SakerError } from '@saker/spec';
import { nodeAttributes } from './attributes.js';
import type { NodeProto, TensorProto, ValueInfoProto } from './gen/onnx_pb.js';
import { declaredShape, declaredType, isDefaultDomain, type OnnxModel } from './model.js';
import { dtypeOf, readTensor } from './tensor.js';

/**
 * Flattens a model. Constant nodes become tensors under their output's name, initializers that nothing reads are
 * left out, empty node names are replaced by `<op>_<index>` and repeated ones get a suffix. Tensor bytes are views
 * of the model's memory at any alignment, not to be written to. Throws E_OP_UNSUPPORTED for attributes without a plain form (sub-graphs) and
 * E_MODEL_TENSOR for element types outside TensorDtype.
 */
export function toProgram(model: OnnxModel): GraphProgram {
  const used = new Set<string>(model.outputs.map((value) => value.name));
  for (const node of model.nodes) for (const input of node.input) used.add(input);

  const tensors: ProgramTensor[] = [];
  const addTensor = (name: string, tensor: TensorProto) => {
    if (used.has(name)) tensors.push({ name, ...readTensor(tensor) });
  };
  for (const tensor of model.graph.initializer) addTensor(tensor.name, tensor);

  const nodes: ProgramNode[] = [];
  const names = new Set<string>();
  model.nodes.forEach((node, index) => {
    const value = node.output[0] !== undefined ? constantOf(model, node) : undefined;
    if (value) addTensor(node.output[0]!, value);
    else nodes.push(programNode(node, uniqueName(names, node.name || `${node.opType}_${index}`)));
  });
  return {
    opset: model.opset,
    inputs: model.inputs.map((value) => programInput(model, value)),
    outputs: model.outputs.map((value) => value.name),
    nodes,
    tensors,
  };
}

function constantOf(model: OnnxModel, node: NodeProto): TensorProto | undefined {
  return node.opType === 'Constant' ? model.constant(node.output[0]!) : undefined;
}

function uniqueName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let suffix = 1; taken.has(name); suffix++) name = `${wanted}_${suffix}`;
  taken.add(name);
  return name;
}

function programNode(node: NodeProto, name: string): ProgramNode {
  return {
    name,
    op: node.opType,
    domain: isDefaultDomain(node.domain) ? '' : node.domain,
    inputs: [...node.input],
    outputs: [...node.output],
    attrs: nodeAttributes(node),
  };
}

function programInput(model: OnnxModel, value: ValueInfoProto): ProgramInput {
  const dtype = dtypeOf(declaredType(value));
  if (dtype === null) {
    throw new SakerError('E_MODEL_SHAPE', {
      name: `input ${value.name} of ${model.file}`,
      expected: 'a tensor of a supported element type',
      received: `ONNX element type ${declaredType(value)}`,
    });
  }
  const dims = (declaredShape(value) ?? []).map((dim, axis) => dim ?? `${value.name}_${axis}`);
  return { name: value.name, dims, dtype };
}
