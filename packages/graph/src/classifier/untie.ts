/** Undoes the sharing of equal constants that exporters introduce. */
import { create } from '@bufbuild/protobuf';
import { type NodeProto, type TensorProto, TensorProtoSchema } from '../gen/onnx_pb.js';
import { isDefaultDomain, type OnnxModel } from '../model.js';

/**
 * torch.onnx stores equal tensors (zero biases, unit scales) once and hands them out through Identity nodes. As
 * parameters they must be able to move apart, so every Identity of an initializer becomes an initializer of the
 * Identity's output name (where the exporter keeps the parameter's own name). Values are shared until exchanged.
 */
export function untieConstants(model: OnnxModel): OnnxModel {
  const copies = new Map<string, TensorProto>();
  const nodes: NodeProto[] = [];
  const outputs = new Set(model.outputs.map((value) => value.name));
  for (const node of model.nodes) {
    const [source, name] = [node.input[0] ?? '', node.output[0] ?? ''];
    const tensor = copies.get(source) ?? model.initializer(source);
    const tie = node.opType === 'Identity' && isDefaultDomain(node.domain) && !outputs.has(name);
    if (tie && tensor) copies.set(name, Object.assign(create(TensorProtoSchema), tensor, { name }));
    else nodes.push(node);
  }
  if (copies.size === 0) return model;
  return model.withGraph({ node: nodes, initializer: [...model.graph.initializer, ...copies.values()] });
}
