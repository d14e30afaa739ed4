/** Picks the body reader by media type. */
import { SakerError } from '@saker/spec';
import type { FastifyRequest } from 'fastify';
import { sizeOf } from './chunks.js';
import { readJson } from './json.js';
import type { BodyLease } from './lease.js';
import { readMultipart } from './multipart.js';
import { readRaw } from './raw.js';
import type { Upload } from './upload.js';

/**
 * Reads the pictures of a request.
 * @throws SakerError E_MEDIA_TYPE for another type or a compressed body; E_IMAGE_EMPTY for a lone picture of 0 bytes;
 *   else as the readers.
 */
export async function readUpload(
  request: FastifyRequest,
  lease: BodyLease,
  maxPictures: number,
): Promise<Upload> {
  const upload = await read(request, lease, maxPictures);
  const [first] = upload.pictures;
  if (!upload.many && first && sizeOf(first.chunks) === 0)
    throw new SakerError('E_IMAGE_EMPTY', first.name ? { file: first.name } : {});
  return upload;
}

function read(request: FastifyRequest, lease: BodyLease, maxPictures: number): Promise<Upload> {
  const type = mediaType(request);
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new SakerError('E_MEDIA_TYPE', { received: `content-encoding ${encoding}` });
  if (type === 'multipart/form-data') return readMultipart(request, lease, maxPictures);
  if (type === 'application/json')
    return readJson(request.raw, lease, maxPictures, request.server.urlFetcher);
  if (type.startsWith('image/') || type === 'application/octet-stream') return readRaw(request.raw, lease);
  throw new SakerError('E_MEDIA_TYPE', { received: type === '' ? 'none' : type });
}

function mediaType(request: FastifyRequest): string {
  const header = request.headers['content-type'] ?? '';
  return header.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
