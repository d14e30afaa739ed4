/** writeModel: an OnnxModel as the bytes of an .onnx file. */
import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from './gen/onnx_pb.js';
import type { OnnxModel } from './model.js';

/**
 * The model as ONNX bytes. Deterministic: fields go out in field-number order, repeated fields in model order,
 * unknown fields last as they were read, so equal models give equal bytes.
 */
export function writeModel(model: OnnxModel): Uint8Array {
  return toBinary(ModelProtoSchema, model.proto);
}
