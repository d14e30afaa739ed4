/** Sends the answer to an inference request, compressed where the client takes that. */
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HEADER_LENGTH } from '../../oip/http-request.js';
import type { HttpInferResponse } from '../../oip/http-response.js';

/** Below this a packet holds it anyway. */
const WORTH_COMPRESSING = 1024;
const COMPRESS = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

export async function sendInferResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, contentType, headerLength }: HttpInferResponse,
): Promise<FastifyReply> {
  if (headerLength !== null) void reply.header(HEADER_LENGTH, headerLength);
  void reply.type(contentType);
  const encoding =
    body.byteLength >= WORTH_COMPRESSING ? encodingOf(request.headers['accept-encoding']) : null;
  void reply.header('vary', 'accept-encoding');
  if (!encoding) return reply.send(body);
  void reply.header('content-encoding', encoding);
  return reply.send(await COMPRESS[encoding](body));
}

/** The first of ours that the client names and does not rule out with q=0 (RFC 9110 section 12.5.3). */
function encodingOf(header: string | string[] | undefined): keyof typeof COMPRESS | null {
  for (const part of String(header ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    if ((name === 'gzip' || name === 'deflate') && !parameters.some((p) => /^q=0(?:\.0*)?$/.test(p)))
      return name;
  }
  return null;
}
