/** The process part: a listening socket and an orderly end. Signals are the caller's. */
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import type { GrpcServer } from './grpc/server.js';
import { listenError } from './listen-error.js';
import { resolveLimits, resolveSecurity, type ServeOptions } from './options.js';
import type { ServeApp } from './plugins/inference.js';
import { openModels } from './repository/early-models.js';
import { exposureWarnings } from './security/exposure.js';
import { chooseTracing } from './tracing/settings.js';

export interface ServerOptions extends ServeOptions {
  /** Address to listen on; default 127.0.0.1, this machine only. */
  readonly host?: string;
  /** Default 8080; 0 takes a free one. */
  readonly port?: number;
  /** Port of gRPC on the same address; 0 takes a free one. Default: no gRPC. */
  readonly grpcPort?: number;
}

export interface RunningServer {
  /** Where it answers, e.g. http://127.0.0.1:8080. */
  readonly url: string;
  /** The app, with `app.models`. */
  readonly app: ServeApp;
  /** Where gRPC answers, host:port; null without it. */
  readonly grpcTarget: string | null;
  /** What the operator should know: such as that the server asks nobody for a key. */
  readonly warnings: readonly string[];
  /**
   * Stops accepting, lets accepted requests finish for up to `drainTimeoutMs`, ends the workers. Safe to call again.
   */
  close(): Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8080;
const IDLE_SWEEP_MS = 50;

/**
 * Listens at once, so that probes are answered while the model loads, and resolves when every worker is warm.
 * @throws SakerError E_PORT_IN_USE, E_HOST_INVALID, E_ARG_INVALID, and whatever keeps the model from loading.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, grpcPort } = options;
  checkPort('port', port);
  if (grpcPort !== undefined) checkPort('grpcPort', grpcPort);
  const limits = resolveLimits(options);
  const { drainTimeoutMs } = limits;
  const warnings = [
    ...exposureWarnings(host, resolveSecurity(options.security)),
    ...chooseTracing(options.tracing).warnings,
  ];
  // The workers load on other threads; this one meanwhile loads the libraries of HTTP.
  const early = openModels(options, limits);
  let app: FastifyInstance;
  try {
    await early.models.begun;
    const { buildApp } = await import('./app.js');
    app = buildApp(options, early);
  } catch (thrown) {
    await early.models.close(0);
    throw thrown;
  }
  for (const warning of warnings) app.log.warn(warning);
  const unused = unusedSockets(app.server);
  let grpc: GrpcServer | null = null;
  try {
    await app.listen({ host, port }).catch((thrown: unknown) => {
      throw listenError(thrown, host, port);
    });
    if (grpcPort !== undefined) grpc = await openGrpc(app, host, grpcPort, options);
    await Promise.all([app.models.started, app.tracing?.load()]);
  } catch (thrown) {
    await Promise.all([app.close(), grpc?.close(0)]);
    await early.models.close(0);
    throw thrown;
  }
  let closing: Promise<void> | null = null;
  return {
    url: urlOf(app.server.address() as AddressInfo, options.security?.tls ? 'https' : 'http'),
    app,
    grpcTarget: grpc?.target ?? null,
    warnings,
    close: () => {
      closing ??= closeServer(app, grpc, unused, drainTimeoutMs);
      return closing;
    },
  };
}

/** Connections that have not sent a request yet. Node counts them as neither idle nor done. */
function unusedSockets(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', (request) => unused.delete(request.socket));
  return unused;
}

async function closeServer(
  app: FastifyInstance,
  grpc: GrpcServer | null,
  unused: ReadonlySet<Socket>,
  drainTimeoutMs: number,
): Promise<void> {
  app.models.drain();
  // A connection that falls idle only now would hold the listener open until it times out.
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
    for (const socket of unused) socket.destroy();
  }, IDLE_SWEEP_MS);
  const cut = setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs);
  try {
    // The workers end with the app, so calls under way come first.
    await grpc?.close(drainTimeoutMs);
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** Loads gRPC only where it is wanted. */
async function openGrpc(
  app: FastifyInstance,
  host: string,
  port: number,
  options: ServerOptions,
): Promise<GrpcServer> {
  const { startGrpc } = await import('./grpc/server.js');
  return startGrpc(app, { host, port, limits: resolveLimits(options), tls: options.security?.tls });
}

function checkPort(name: string, port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SakerError('E_ARG_INVALID', { name, expected: '0 to 65535', received: port });
}

function urlOf({ address, family, port }: AddressInfo, scheme: string): string {
  const loopback = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return family === 'IPv6' ? `${scheme}://[${loopback}]:${port}` : `${scheme}://${loopback}:${port}`;
}
