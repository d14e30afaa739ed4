/** Raw bodies: the picture itself. */
import type { Readable } from 'node:stream';
import type { BodyLease } from './lease.js';
import { readChunks } from './read-bytes.js';
import type { Upload } from './upload.js';

/** @throws SakerError E_BODY_TOO_LARGE, E_OVERLOADED, E_CANCELLED. */
export async function readRaw(stream: Readable, lease: BodyLease): Promise<Upload> {
  return { pictures: [{ chunks: await readChunks(stream, lease), name: null }], many: false };
}
