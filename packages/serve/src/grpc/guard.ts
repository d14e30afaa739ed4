/** Protection of gRPC: the same keys, scopes and limits as HTTP, checked before a message is read. */
import {
  status as CODE_NAMES,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from '@grpc/grpc-js';
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import { callerOf, saneId } from '../plugins/request-log.js';
import type { Identity } from '../security/identity.js';
import type { Scope } from '../security/scopes.js';
import { SERVICE_NAME } from './definition.js';
import { toStatus } from './status.js';
import { CallTrace } from './tracing.js';

const ID = 'x-request-id';
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

/** The id of a call: the caller's x-request-id when it is short and plain, else one that is then kept in its place. */
export function callId(metadata: Metadata): string {
  const id = saneId(metadata.get(ID)[0]);
  metadata.set(ID, id);
  return id;
}

/**
 * Refuses a call with its status when its metadata do not let it pass, and one whose single message does not arrive
 * in time; and logs each call as HTTP requests are logged.
 */
export function guard(app: FastifyInstance, arrivalMs: number): ServerInterceptor {
  return (definition, call) => {
    const scope = SCOPES.get(definition.path) ?? 'predict';
    const address = addressOf(call.getPeer());
    const started = performance.now();
    const traced = scope === 'public' ? null : new CallTrace(app.tracing, definition);
    let id = saneId(undefined);
    let identity: Identity | null = null;
    let status = 'CANCELLED';
    let logged = false;
    const log = (): void => {
      if (logged) return;
      logged = true;
      const ms = Math.round((performance.now() - started) * 100) / 100;
      app.log.info(
        {
          reqId: id,
          method: 'gRPC',
          path: definition.path,
          status,
          ms,
          ...callerOf(identity),
          ...traced?.ids,
        },
        'request',
      );
    };
    const refuse = (thrown: unknown): void => guarded.sendStatus(toStatus(thrown, app.log, id));
    const late = setTimeout(() => refuse(new SakerError('E_REQUEST_TIMEOUT')), arrivalMs);
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, pass) => {
        id = callId(metadata);
        traced?.begin(metadata);
        if (scope === 'public') return pass(metadata);
        const admit = async (): Promise<void> => {
          identity = await identify(app, metadata, address);
          await app.limiter(identity, address);
          app.gate.authorise(identity, scope);
        };
        admit().then(
          () => pass(metadata),
          (thrown: unknown) => {
            clearTimeout(late);
            refuse(thrown);
          },
        );
      })
      .withOnReceiveMessage((message, pass) => {
        clearTimeout(late);
        traced?.received();
        pass(message);
      })
      .withOnReceiveHalfClose((pass) => {
        clearTimeout(late);
        pass();
      })
      .withOnCancel(() => {
        clearTimeout(late);
        traced?.end(null);
        log();
      })
      .build();
    const guarded = new ServerInterceptingCall(call, {
      start: (next) => next(listener),
      sendStatus: (sent, next) => {
        status = CODE_NAMES[sent.code] ?? String(sent.code);
        traced?.end(sent);
        log();
        next(sent);
      },
    });
    return guarded;
  };
}

/** Who calls; guesses at keys are counted for the address they come from. @throws SakerError as `Gate.identify`. */
async function identify(app: FastifyInstance, metadata: Metadata, address: string): Promise<Identity> {
  const credentials = {
    authorization: text(metadata, 'authorization'),
    apiKey: text(metadata, 'x-api-key'),
    address,
  };
  return app.gate.identify(credentials).catch(async (refusal: unknown) => {
    await app.limiter({ kind: 'anonymous', id: address }, address);
    throw refusal;
  });
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
