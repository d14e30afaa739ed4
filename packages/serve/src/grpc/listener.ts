/** The socket of gRPC: an ordinary TCP server that hands its connections to grpc-js, which has no limit on them. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
}

export interface Listener {
  readonly port: number;
  /** Takes no more connections. */
  stop(): void;
  /** Cuts those that are left. */
  cut(): void;
}

/** @throws the error of `listen`. */
export async function listen(
  server: Server,
  credentials: ServerCredentials,
  { host, port, maxConnections }: ListenOptions,
): Promise<Listener> {
  const injector = server.createConnectionInjector(credentials);
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  listener.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, () => resolve());
  });
  return {
    port: (listener.address() as AddressInfo).port,
    stop: () => void listener.close(),
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
