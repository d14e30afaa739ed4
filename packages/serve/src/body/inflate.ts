/** Compressed request bodies, counted as what they unpack to, so that a bomb stops at the limit of any body. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { SakerError } from '@saker/spec';

/**
 * The request's body as it was before `Content-Encoding: gzip` or `deflate`.
 * @throws SakerError E_MEDIA_TYPE for another encoding.
 */
export function inflated(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return request;
  const unzip = encoding === 'gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : null;
  if (!unzip) throw new SakerError('E_MEDIA_TYPE', { received: `content-encoding ${encoding.slice(0, 64)}` });
  // Not `pipeline`: it would destroy the request with the stream, and the client would never see why.
  request.once('close', () => {
    if (!request.readableEnded) unzip.destroy();
  });
  return request.pipe(unzip);
}
