/** The gRPC listener beside the HTTP one: inference, health (grpc.health.v1) and reflection. */
import { setMaxListeners } from 'node:events';
import type { Message } from '@bufbuild/protobuf';
import {
  experimental,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import type { FastifyInstance } from 'fastify';
import { HealthImplementation, type ServingStatusMap } from 'grpc-health-check';
import { listenError } from '../listen-error.js';
import type { ResolvedLimits } from '../options.js';
import { checkReady } from '../routes/health.js';
import type { TlsFiles } from '../security/options.js';
import { readTls } from '../security/tls.js';
import { fileDescriptors, SERVICE_NAME, serviceDefinition } from './definition.js';
import type { ModelInferRequest, ModelStreamInferResponse } from './gen/grpc_service_pb.js';
import { callId, guard } from './guard.js';
import { type CallContext, HANDLERS, received } from './handlers.js';
import { type Listener, listen } from './listener.js';
import { toStatus } from './status.js';
import { serveStream } from './stream.js';
import { traceOf } from './tracing.js';

export interface GrpcOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: ResolvedLimits;
  readonly tls?: TlsFiles;
}

export interface GrpcServer {
  /** Where it answers, host:port. */
  readonly target: string;
  /** Lets calls finish for up to `drainMs`, then ends them. */
  close(drainMs: number): Promise<void>;
}

/** Room in a message for what is not tensor data. */
const MESSAGE_SLACK = 64 * 1024;
const CALLS_PER_CONNECTION = 128;
const HEALTH_INTERVAL_MS = 250;
const CERTIFICATE_INTERVAL_MS = 1_000;

/**
 * Starts listening.
 * @throws SakerError E_PORT_IN_USE, E_HOST_INVALID, E_TLS_INVALID.
 */
export async function startGrpc(app: FastifyInstance, options: GrpcOptions): Promise<GrpcServer> {
  const { host, port, limits } = options;
  const server = new Server({
    interceptors: [guard(app, limits.requestTimeoutMs)],
    'grpc.max_receive_message_length': limits.bodyLimit + MESSAGE_SLACK,
    'grpc.max_concurrent_streams': CALLS_PER_CONNECTION,
    'grpc.keepalive_time_ms': limits.keepAliveTimeoutMs,
  });
  server.addService(serviceDefinition, implementation(app, limits));
  const stopHealth = addHealth(app, server);
  new ReflectionService({
    saker: { fileDescriptorProtos: fileDescriptors },
  } as unknown as PackageDefinition).addToServer(server);
  const { maxConnections } = limits;
  const listener = await openListener(server, options, maxConnections).catch((thrown: unknown) => {
    stopHealth();
    server.forceShutdown();
    throw listenError(thrown, host, port);
  });
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return {
    target: `${bracketed}:${listener.port}`,
    close: async (drainMs) => {
      stopHealth();
      listener.stop();
      const force = setTimeout(() => {
        server.forceShutdown();
        listener.cut();
      }, drainMs);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(force);
      listener.cut();
    },
  };
}

async function openListener(
  server: Server,
  { host, port, tls }: GrpcOptions,
  maxConnections: number,
): Promise<Listener> {
  return listen(server, credentials(tls), { host, port, maxConnections });
}

function implementation(app: FastifyInstance, limits: ResolvedLimits): UntypedServiceImplementation {
  const context = (call: NodeJS.EventEmitter & { readonly metadata: Metadata }): CallContext => ({
    app,
    maxItems: limits.maxPictures,
    signal: cancellation(call),
    trace: traceOf(call.metadata),
  });
  const unary = Object.entries(HANDLERS).map(([name, handler]) => {
    const serve = async (
      call: ServerUnaryCall<Message, Message>,
      done: sendUnaryData<Message>,
    ): Promise<void> => {
      try {
        done(null, await handler(received(call.request) as never, context(call)));
      } catch (thrown) {
        done(toStatus(thrown, app.log, callId(call.metadata)));
      }
    };
    return [name, serve] as const;
  });
  return {
    ...Object.fromEntries(unary),
    modelStreamInfer: (call: ServerDuplexStream<ModelInferRequest, ModelStreamInferResponse>) =>
      serveStream(call, context(call), app.log),
  };
}

/** grpc-js emits `cancelled` when the client cancels or leaves and when the deadline of the call passes. */
function cancellation(call: NodeJS.EventEmitter): AbortSignal {
  const controller = new AbortController();
  // The requests of a stream all listen to the one signal.
  setMaxListeners(0, controller.signal);
  call.once('cancelled', () => controller.abort());
  return controller.signal;
}

/** Health tells what /readyz tells; asked a few times a second, because watchers are told of changes. */
function addHealth(app: FastifyInstance, server: Server): () => void {
  const status = (): 'SERVING' | 'NOT_SERVING' => {
    try {
      checkReady(app);
      return 'SERVING';
    } catch {
      return 'NOT_SERVING';
    }
  };
  let last = status();
  const health = new HealthImplementation({ '': last, [SERVICE_NAME]: last } as ServingStatusMap);
  health.addToServer(server);
  const timer = setInterval(() => {
    const current = status();
    if (current === last) return;
    last = current;
    for (const service of ['', SERVICE_NAME]) health.setStatus(service, current);
  }, HEALTH_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function credentials(tls: TlsFiles | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  readTls(tls);
  const provider = new experimental.FileWatcherCertificateProvider({
    certificateFile: tls.cert,
    privateKeyFile: tls.key,
    refreshIntervalMs: CERTIFICATE_INTERVAL_MS,
  });
  return experimental.createCertificateProviderServerCredentials(provider, null, false);
}
