/** @saker/graph: read, edit and write ONNX graphs; the model zoo. */
export { type AttrInput, attributeValue, nodeAttributes } from './attributes.js';
export { type Classifier, findClassifier, type HeadKind } from './classifier/find.js';
export { type HeadParameters, headOf, parameterNames } from './classifier/parameters.js';
export { prune } from './classifier/prune.js';
export { type ReplacedHead, type ReplaceHeadOptions, replaceHead } from './classifier/replace.js';
export { untieConstants } from './classifier/untie.js';
export type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './gen/onnx_pb.js';
export { type InputSpec, inputSpec } from './input-spec.js';
export { embedMetadata, METADATA_KEY, readMetadata } from './metadata.js';
export { type Dim, OnnxModel } from './model.js';
export { toProgram } from './program.js';
export { type PutTensorsOptions, putTensors, type TensorValues } from './put-tensors.js';
export { readModel } from './read.js';
export { inferShapes } from './shapes/infer.js';
export type { ValueShape } from './shapes/types.js';
export { type DenseTensor, readTensor, tensorNumbers } from './tensor.js';
export { writeModel } from './write.js';
export { type BuildModelOptions, buildModel, ZOO, zooSize } from './zoo/zoo.js';
