/** Which tensors of a graph are learned, and in which order the data meets them. */
import type { NodeProto } from '../gen/onnx_pb.js';
import { isDefaultDomain, type OnnxModel } from '../model.js';
import { dtypeOf, elementCount, tensorDims } from '../tensor.js';
import { findClassifier } from './find.js';

/** Input positions that hold learned tensors, by operator. */
const LEARNED_INPUTS: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [0, 1, 2],
  MatMul: [0, 1],
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  LayerNormalization: [1, 2],
  RMSNormalization: [1],
  PRelu: [1],
  Einsum: [0, 1],
};
/** Ops whose constant operand is learned (biases, layer scale, class tokens), unless it is a single number. */
const LEARNED_OPERANDS = new Set(['Add', 'Sub', 'Mul', 'Concat', 'Expand']);
const FLOATS = new Set(['f32', 'f64', 'f16']);

/** Ops that only present a tensor differently: what reads their output reads the tensor. */
const VIEWS = new Set(['Identity', 'Transpose', 'Reshape', 'Unsqueeze', 'Squeeze', 'Flatten']);

/** Name of the constant that a value is or is a view of; the value's own name otherwise. */
function sourceOf(model: OnnxModel, name: string): string {
  const node = model.constant(name) ? undefined : model.producer(name);
  return node && VIEWS.has(node.opType) ? sourceOf(model, node.input[0]!) : name;
}

function isLearned(model: OnnxModel, node: NodeProto, index: number, behindWeights: boolean): boolean {
  const tensor = model.constant(sourceOf(model, node.input[index]!));
  if (!tensor || !FLOATS.has(dtypeOf(tensor.dataType) ?? '')) return false;
  if (LEARNED_INPUTS[node.opType]?.includes(index)) return true;
  return behindWeights && LEARNED_OPERANDS.has(node.opType) && elementCount(tensorDims(tensor)) > 1;
}

/**
 * Names of the learned tensors, ordered by depth: the longest chain of nodes from the graph's inputs to the first
 * node that reads the tensor; file order among equals. Running statistics, scalars and what only rescales the
 * input (constants before the first weighted layer) are not among them.
 */
export function parameterNames(model: OnnxModel): string[] {
  const depth = new Map<string, number>();
  let behindWeights = false;
  const found = new Map<string, number>();
  for (const node of model.nodes) {
    const level = 1 + Math.max(0, ...node.input.map((name) => depth.get(name) ?? 0));
    for (const name of node.output) depth.set(name, level);
    if (!isDefaultDomain(node.domain)) continue;
    node.input.forEach((input, index) => {
      const name = sourceOf(model, input);
      if (!found.has(name) && isLearned(model, node, index, behindWeights)) found.set(name, level);
    });
    behindWeights ||= node.opType in LEARNED_INPUTS;
  }
  return [...found].sort(([, a], [, b]) => a - b).map(([name]) => name);
}

/** The parameters of a graph as a fine-tuning recipe needs them. */
export interface HeadParameters {
  /** Weight and bias of the classifier. */
  readonly headParameters: readonly string[];
  /** All learned tensors, input side first; cut it anywhere for a discriminative learning rate. */
  readonly stages: readonly string[];
}

/** Parameters of the classifier that a graph has, and all parameters by depth. Throws E_MODEL_NO_HEAD. */
export function headOf(model: OnnxModel): HeadParameters {
  return { headParameters: findClassifier(model).headParameters, stages: parameterNames(model) };
}
