/** The branches that a residual network can do without, found by structure. */
import type { NodeProto } from '../gen/onnx_pb.js';
import { isDefaultDomain, type OnnxModel } from '../model.js';

/**
 * Names of the values that an Add joins to a shortcut, input side first: those whose own computation starts at the
 * Add's other operand (or, where both sides have layers, the deeper of the two). Where each can be left out for a
 * picture, as stochastic depth does. Empty for a network without residual connections.
 */
export function residualBranches(model: OnnxModel): string[] {
  const depth = new Map<string, number>();
  const branches: string[] = [];
  for (const node of model.nodes) {
    const level = Math.max(0, ...dataOf(node).map((name) => depth.get(name) ?? 0));
    const weighted = isDefaultDomain(node.domain) && ['Conv', 'Gemm', 'MatMul'].includes(node.opType);
    for (const name of node.output) depth.set(name, level + (weighted ? 1 : 0));
    const branch =
      isDefaultDomain(node.domain) && node.opType === 'Add' ? branchOf(model, node, depth) : null;
    if (branch) branches.push(branch);
  }
  return branches;
}

/** The inputs whose values a node passes on. Sizes and types are no data: an attention mask made of them is no branch. */
function dataOf(node: NodeProto): readonly string[] {
  if (node.opType === 'Shape' || node.opType === 'Size') return [];
  return node.opType === 'CastLike' ? node.input.slice(0, 1) : node.input;
}

function branchOf(model: OnnxModel, add: NodeProto, depth: ReadonlyMap<string, number>): string | null {
  const [a = '', b = ''] = add.input;
  const [first, second] = [depth.get(a), depth.get(b)];
  // A constant operand is a bias; one of depth 0 on both sides is arithmetic on the input.
  if (!first || second === undefined || !second || first === second) return null;
  const [deep, shallow] = first > second ? [a, b] : [b, a];
  return model.producer(deep)?.output[0] === deep && startsAt(model, deep, shallow) ? deep : null;
}

/** Whether every way back from `branch` that meets a layer comes from what `shortcut` comes from. */
function startsAt(model: OnnxModel, branch: string, shortcut: string): boolean {
  const before = ancestors(model, shortcut);
  const queue = [branch];
  const seen = new Set<string>();
  let joined = false;
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (before.has(name)) {
      joined = true;
      continue;
    }
    for (const input of model.producer(name)?.input ?? []) queue.push(input);
  }
  return joined;
}

function ancestors(model: OnnxModel, value: string): Set<string> {
  const found = new Set<string>();
  const queue = [value];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name) || model.constant(name)) continue;
    found.add(name);
    for (const input of model.producer(name)?.input ?? []) queue.push(input);
  }
  return found;
}
