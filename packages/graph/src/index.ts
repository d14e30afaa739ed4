/** @saker/graph: read, edit and write ONNX graphs; the model zoo. */
export { type AttrInput, attributeValue, nodeAttributes } from './attributes.js';
export type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './gen/onnx_pb.js';
export { type Dim, OnnxModel } from './model.js';
export { toProgram } from './program.js';
export { readModel } from './read.js';
export { inferShapes } from './shapes/infer.js';
export type { ValueShape } from './shapes/types.js';
export { type DenseTensor, readTensor, tensorNumbers } from './tensor.js';
export { writeModel } from './write.js';
