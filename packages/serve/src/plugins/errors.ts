/** Every failure as RFC 9457 problem details; nothing of the inside leaks. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ERRORS, type ErrorCode, SakerError } from '@saker/spec';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

const PROBLEM = 'application/problem+json; charset=utf-8';
/** Seconds after which a 503 may be over. */
const RETRY_AFTER_S = 1;

/** 5xx codes whose sentences are written for clients. Any other may quote paths or library messages. */
const PUBLIC_5XX: ReadonlySet<ErrorCode> = new Set([
  'E_NOT_READY',
  'E_OVERLOADED',
  'E_SHUTTING_DOWN',
  'E_TIMEOUT',
  'E_WORKER_FAILED',
  'E_AUTH_UNAVAILABLE',
]);

export const errorsPlugin = fp(
  (app: FastifyInstance, _options: object, done: () => void) => {
    app.setErrorHandler(sendError);
    app.setNotFoundHandler((request, reply) => sendError(notFound(request), request, reply));
    done();
  },
  { name: 'saker-errors' },
);

/** What a client may see of an error: itself, or E_INTERNAL with the request id to find it in the log by. */
export function publicError(error: SakerError, requestId: string): SakerError {
  if (error.httpStatus < 500 || PUBLIC_5XX.has(error.code)) return error;
  return new SakerError('E_INTERNAL', { detail: `the server log has it under request ${requestId}` });
}

/** Answers with problem details; logs what the client is not told. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toSakerError(thrown, request);
  const shown = publicError(error, request.id);
  request.trace?.fail(error.code);
  if (shown !== error) request.log.error({ err: error.cause ?? error, code: error.code }, 'request failed');
  if (shown.httpStatus === 503) void reply.header('retry-after', RETRY_AFTER_S);
  if (shown.httpStatus === 429) void reply.header('retry-after', Number(shown.params.retry));
  if (shown.httpStatus === 401) void reply.header('www-authenticate', 'Bearer');
  const problem = { ...shown.toProblem(), ...protocolMember(request, shown) };
  void reply.code(shown.httpStatus).type(PROBLEM).send(JSON.stringify(problem));
}

/** The Open Inference Protocol wants the sentence under `error`; problem details may have further members. */
function protocolMember(request: FastifyRequest, error: SakerError): { readonly error?: string } {
  return /^\/v2(?:\/|$)/.test(pathOf(request)) ? { error: error.message } : {};
}

function notFound(request: FastifyRequest): SakerError {
  return new SakerError('E_ROUTE_NOT_FOUND', { method: request.method, path: pathOf(request) });
}

/** The path without its query, which may hold secrets. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function toSakerError(thrown: unknown, request: FastifyRequest): SakerError {
  if (thrown instanceof SakerError) return thrown;
  const { code = '', statusCode = 500 } = thrown as { readonly code?: string; readonly statusCode?: number };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new SakerError('E_MEDIA_TYPE', { received: 'another' }, { cause: thrown });
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH') return notFound(request);
  if (statusCode >= 400 && statusCode < 500)
    return new SakerError('E_REQUEST_INVALID', { detail: 'the framework refused it' }, { cause: thrown });
  return SakerError.from(thrown);
}

/** Answers on the bare socket where HTTP itself could not be read: no request object exists then. */
export function answerBrokenHttp(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const detail = error.code === 'HPE_HEADER_OVERFLOW' ? 'its headers are too large' : 'it is not HTTP/1.1';
  const shown = slow ? new SakerError('E_REQUEST_TIMEOUT') : new SakerError('E_REQUEST_INVALID', { detail });
  const body = JSON.stringify(shown.toProblem());
  const { httpStatus } = ERRORS[shown.code];
  const head = [
    `HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus]}`,
    `Content-Type: ${PROBLEM}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon());
}
