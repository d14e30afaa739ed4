/** Files exported in training mode, made to compute what inference computes. */
import { create } from '@bufbuild/protobuf';
import { numberAttribute } from '../attributes.js';
import { type NodeProto, NodeProtoSchema } from '../gen/onnx_pb.js';
import { isDefaultDomain, type OnnxModel } from '../model.js';

/**
 * torch.onnx with training=TRAINING or PRESERVE writes BatchNormalization with training_mode 1 (batch statistics,
 * running statistics as further outputs) and Dropout with its training_mode input set. Both stay in the file that
 * ships, where every run would use them, so they are taken back here; the training engine has its own switch.
 */
export function inferenceForm(model: OnnxModel): OnnxModel {
  const outputs = new Set(model.outputs.map((value) => value.name));
  const unread = (name: string) => model.consumers(name).length === 0 && !outputs.has(name);
  const edit = (node: NodeProto): NodeProto => {
    if (!isDefaultDomain(node.domain)) return node;
    const copy = (parts: Partial<NodeProto>) => Object.assign(create(NodeProtoSchema), node, parts);
    if (node.opType === 'Dropout' && node.input.length > 2) return copy({ input: node.input.slice(0, 2) });
    const training = node.opType === 'BatchNormalization' && numberAttribute(node, 'training_mode', 0) === 1;
    if (!training || !node.output.slice(1).every(unread)) return node;
    const attribute = node.attribute.filter(({ name }) => name !== 'training_mode');
    return copy({ attribute, output: node.output.slice(0, 1) });
  };
  return model.withGraph({ node: model.nodes.map(edit) });
}
