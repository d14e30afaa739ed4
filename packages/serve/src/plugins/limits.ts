/** Limits on requests and connections that are not the model's business. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { BodyBudget } from '../body/lease.js';
import type { ResolvedLimits } from '../options.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Bytes of the request bodies held now, and their bounds. */
    readonly bodyBudget: BodyBudget;
  }
}

/** How long the rest of a refused body is read and dropped before the connection is cut. */
const LINGER_MS = 2_000;

export const limitsPlugin = fp(
  (app: FastifyInstance, limits: ResolvedLimits, done: () => void) => {
    app.decorate('bodyBudget', new BodyBudget(limits.bodyLimit, limits.maxHeldBytes));
    app.server.maxConnections = limits.maxConnections;
    app.addHook('onResponse', (request, _reply, next) => {
      if (!request.raw.readableEnded) dropRest(request);
      next();
    });
    done();
  },
  { name: 'saker-limits' },
);

/**
 * After an answer that came before its body ended, reads on for a while and drops the bytes. Closing at once would
 * reset the connection while the client still sends, and the client would lose the answer (RFC 9112 section 9.6).
 */
function dropRest(request: FastifyRequest): void {
  const { raw } = request;
  const { socket } = raw;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  const stop = (): void => clearTimeout(timer);
  raw.once('end', stop).once('close', stop);
  raw.unpipe();
  raw.removeAllListeners('data');
  raw.resume();
}

/** The body length a request declares; undefined when it is chunked. */
export function declaredLength(request: FastifyRequest): number | undefined {
  const header = request.headers['content-length'];
  return header === undefined ? undefined : Number(header);
}
