/** Errors of the registry as gRPC statuses (google.rpc.Code). */
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { SakerError } from '@saker/spec';
import type { FastifyBaseLogger } from 'fastify';
import { publicError } from '../plugins/errors.js';

const CODES: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  408: status.DEADLINE_EXCEEDED,
  409: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  415: status.INVALID_ARGUMENT,
  422: status.INVALID_ARGUMENT,
  429: status.RESOURCE_EXHAUSTED,
  499: status.CANCELLED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

/**
 * What a client may see of an error, with Saker's code and hint in the trailers `saker-code` and `saker-hint`, and
 * `retry-after` in seconds where trying again helps. What it may not see goes to the log.
 */
export function toStatus(thrown: unknown, log: FastifyBaseLogger, requestId: string): StatusObject {
  const error = SakerError.from(thrown);
  const shown = publicError(error, requestId);
  if (shown !== error)
    log.error({ reqId: requestId, err: error.cause ?? error, code: error.code }, 'call failed');
  const metadata = new Metadata();
  metadata.set('saker-code', shown.code);
  metadata.set('saker-hint', printable(shown.hint));
  if (shown.httpStatus === 429) metadata.set('retry-after', String(shown.params.retry));
  if (shown.httpStatus === 503) metadata.set('retry-after', '1');
  return { code: CODES[shown.httpStatus] ?? status.INTERNAL, details: shown.message, metadata };
}

/** Trailers hold printable ASCII; hints may quote names from outside. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
