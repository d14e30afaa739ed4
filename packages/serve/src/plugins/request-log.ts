/** Request ids and one log line per request: method, path, status, milliseconds; never a body, a query or a header. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { Identity } from '../security/identity.js';
import { pathOf } from './errors.js';

const HEADER = 'x-request-id';
const SANE_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** Status logged for a client that left before its answer (as nginx does). */
const CLIENT_CLOSED = 499;

/** The caller's x-request-id when it is short and plain, else a new one. */
export function requestId(request: IncomingMessage): string {
  return saneId(request.headers[HEADER]);
}

/** An id from outside when it is short and plain, else a new one. */
export function saneId(given: unknown): string {
  return typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID();
}

/** Who asked, where it is known: the id of a key or the subject of a token, for the audit. */
export function callerOf(identity: Identity | null): { readonly caller?: string } {
  return identity && identity.kind !== 'anonymous' ? { caller: `${identity.kind}:${identity.id}` } : {};
}

export const requestLogPlugin = fp(
  (app: FastifyInstance, _options: object, done: () => void) => {
    app.addHook('onRequest', (request, reply, next) => {
      void reply.header(HEADER, request.id);
      void reply.header('x-content-type-options', 'nosniff');
      void reply.header('cache-control', 'no-store');
      reply.raw.once('close', () => {
        const status = reply.raw.writableFinished ? reply.statusCode : CLIENT_CLOSED;
        const ms = Math.round(reply.elapsedTime * 100) / 100;
        const caller = callerOf(request.identity);
        request.log.info({ method: request.method, path: pathOf(request), status, ms, ...caller }, 'request');
      });
      next();
    });
    done();
  },
  { name: 'saker-request-log' },
);
