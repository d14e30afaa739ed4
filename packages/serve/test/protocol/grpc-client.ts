/** gRPC's client for tests: stubs that @grpc/proto-loader makes from the .proto files. */
import { fileURLToPath } from 'node:url';
import {
  type CallOptions,
  type Client,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';

const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));

/** The client of a service in a .proto file. */
export function service(file: string, ...path: string[]): ServiceClientConstructor {
  const options = {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
    includeDirs: [PROTO],
  };
  // biome-ignore lint/suspicious/noExplicitAny: a tree of packages
  let at: any = loadPackageDefinition(loadSync(file, options));
  for (const part of path) at = at[part];
  return at;
}
export const Inference = service('grpc_service.proto', 'inference', 'GRPCInferenceService');
export const Health = service(healthProto, 'grpc', 'health', 'v1', 'Health');

// biome-ignore lint/suspicious/noExplicitAny: messages are checked by their .proto
export type Message = any;

/** One call; its answer. */
export function ask(
  client: Client,
  method: string,
  message: object = {},
  key?: string,
  options: CallOptions = {},
): Promise<Message> {
  const metadata = new Metadata();
  if (key) metadata.set('authorization', `Bearer ${key}`);
  return new Promise((resolve, reject) => {
    (client as Message)[method](message, metadata, options, (error: ServiceError | null, reply: Message) =>
      error ? reject(error) : resolve(reply),
    );
  });
}
/** The error of a call that is to fail. */
export const failure = (call: Promise<Message>): Promise<ServiceError> =>
  call.then(
    () => {
      throw new Error('the call went well');
    },
    (error) => error,
  );
