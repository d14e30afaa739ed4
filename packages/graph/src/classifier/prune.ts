/** Removal of what no output needs. */
import type { GraphProto, NodeProto } from '../gen/onnx_pb.js';
import type { OnnxModel } from '../model.js';

/** Names a node reads, including those its sub-graphs capture from outside. */
function namesRead(node: NodeProto): string[] {
  const names = [...node.input];
  const visit = (graph: GraphProto) => {
    names.push(...graph.output.map((value) => value.name));
    for (const inner of graph.node) names.push(...namesRead(inner));
  };
  for (const attribute of node.attribute) {
    if (attribute.g) visit(attribute.g);
    attribute.graphs.forEach(visit);
  }
  return names;
}

/**
 * A model without the nodes, initializers, initializer inputs and value_info entries that none of its outputs
 * depends on. Inputs a caller feeds are kept.
 */
export function prune(model: OnnxModel): OnnxModel {
  const needed = new Set(model.outputs.map((value) => value.name));
  const nodes: NodeProto[] = [];
  for (const node of [...model.nodes].reverse()) {
    if (!node.output.some((name) => needed.has(name))) continue;
    nodes.unshift(node);
    for (const name of namesRead(node)) needed.add(name);
  }
  const live = new Set([...needed, ...nodes.flatMap((node) => node.output)]);
  return model.withGraph({
    node: nodes,
    initializer: model.graph.initializer.filter((tensor) => needed.has(tensor.name)),
    input: model.graph.input.filter((value) => !model.initializer(value.name) || needed.has(value.name)),
    valueInfo: model.graph.valueInfo.filter((value) => live.has(value.name)),
  });
}
