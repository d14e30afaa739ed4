/** The service as grpc-js wants it, made from the generated descriptors. */
import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { MethodDefinition } from '@grpc/grpc-js';
import { file_grpc_service, GRPCInferenceService } from './gen/grpc_service_pb.js';
import { file_model_config } from './gen/model_config_pb.js';

type Definition = MethodDefinition<Message, Message> & { readonly originalName: string };

/** Stands for bytes that are no message: grpc-js would call it a fault of the server. */
export const MALFORMED = Symbol('malformed');

function codec(schema: DescMessage) {
  return {
    serialize: (message: Message): Buffer => {
      const { buffer, byteOffset, byteLength } = toBinary(schema, message as never);
      return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
    },
    deserialize: (bytes: Buffer): Message => {
      try {
        return fromBinary(schema, bytes);
      } catch {
        return MALFORMED as unknown as Message;
      }
    },
  };
}

/** Fully qualified name of the service. */
export const SERVICE_NAME = GRPCInferenceService.typeName;

/** Method definitions by their name in lower camel case, which handlers have too. */
export const serviceDefinition: Readonly<Record<string, Definition>> = Object.fromEntries(
  GRPCInferenceService.methods.map((method) => {
    const [input, output] = [codec(method.input), codec(method.output)];
    const streaming = method.methodKind === 'bidi_streaming';
    const definition: Definition = {
      path: `/${SERVICE_NAME}/${method.name}`,
      originalName: method.localName,
      requestStream: streaming,
      responseStream: streaming,
      requestSerialize: input.serialize,
      requestDeserialize: input.deserialize,
      responseSerialize: output.serialize,
      responseDeserialize: output.deserialize,
    };
    return [method.localName, definition];
  }),
);

/** The .proto files in binary form, for reflection. */
export const fileDescriptors: readonly Buffer[] = [file_model_config, file_grpc_service].map((file) =>
  Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)),
);
