/** Protection of gRPC: the same keys, scopes and limits as HTTP, checked before a message is read. */
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from '@grpc/grpc-js';
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import type { Scope } from '../security/scopes.js';
import { SERVICE_NAME } from './definition.js';
import { toStatus } from './status.js';

const method = (name: string): string => `/${SERVICE_NAME}/${name}`;

/** Methods that need something else than the scope `predict`. */
const SCOPES: ReadonlyMap<string, Scope | 'public'> = new Map([
  [method('ServerLive'), 'public'],
  [method('ServerReady'), 'public'],
  ['/grpc.health.v1.Health/Check', 'public'],
  ['/grpc.health.v1.Health/Watch', 'public'],
  [method('RepositoryModelLoad'), 'admin'],
  [method('RepositoryModelUnload'), 'admin'],
]);

/**
 * Refuses a call with its status when its metadata do not let it pass, and one whose single message does not arrive
 * in time.
 */
export function guard(app: FastifyInstance, arrivalMs: number): ServerInterceptor {
  return (definition, call) => {
    const scope = SCOPES.get(definition.path) ?? 'predict';
    const address = addressOf(call.getPeer());
    return new ServerInterceptingCall(call, {
      start: (next) => {
        const refuse = (thrown: unknown): void => call.sendStatus(toStatus(thrown, app.log));
        const late = setTimeout(() => refuse(new SakerError('E_REQUEST_TIMEOUT')), arrivalMs);
        const listener = new ServerListenerBuilder()
          .withOnReceiveMetadata((metadata, pass) => {
            if (scope === 'public') return pass(metadata);
            check(app, scope, metadata, address).then(
              () => pass(metadata),
              (thrown: unknown) => {
                clearTimeout(late);
                refuse(thrown);
              },
            );
          })
          .withOnReceiveMessage((message, pass) => {
            clearTimeout(late);
            pass(message);
          })
          .withOnReceiveHalfClose((pass) => {
            clearTimeout(late);
            pass();
          })
          .withOnCancel(() => clearTimeout(late))
          .build();
        next(listener);
      },
    });
  };
}

async function check(app: FastifyInstance, scope: Scope, metadata: Metadata, address: string): Promise<void> {
  const { gate, limiter } = app;
  const credentials = {
    authorization: text(metadata, 'authorization'),
    apiKey: text(metadata, 'x-api-key'),
    address,
  };
  const identity = await gate.identify(credentials).catch(async (refusal: unknown) => {
    await limiter({ kind: 'anonymous', id: address }, address);
    throw refusal;
  });
  await limiter(identity, address);
  gate.authorise(identity, scope);
}

function text(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** The address without its port: 127.0.0.1:5000 or [::1]:5000. */
function addressOf(peer: string): string {
  const end = peer.lastIndexOf(':');
  return (end > 0 ? peer.slice(0, end) : peer).replace(/^\[|\]$/g, '');
}
