/** Reads a stream to its end. */
import type { Readable } from 'node:stream';
import { SakerError } from '@saker/spec';
import { type Chunks, gather, sizeOf } from './chunks.js';
import type { BodyLease } from './lease.js';

/** Pieces that are smaller than this on average are joined: each has an object of its own, many times a byte's size. */
const CRUMB_BYTES = 4096;

/**
 * Gives a request's body to `onChunk` piece by piece, each counted by the lease first. On refusal the stream is paused,
 * not destroyed: destroying a request would destroy its socket and with it the answer.
 * @throws SakerError E_BODY_TOO_LARGE, E_OVERLOADED from the lease; what `onChunk` throws; E_CANCELLED when the client
 *   leaves; E_BODY_INVALID when the stream fails.
 */
export function consume(
  stream: Readable,
  lease: BodyLease,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      stream.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const fail = (error: SakerError): void => {
      stop();
      stream.pause();
      reject(error);
    };
    const onData = (chunk: Uint8Array): void => {
      try {
        lease.take(chunk.byteLength);
        onChunk(chunk);
      } catch (thrown) {
        fail(SakerError.from(thrown));
      }
    };
    const onEnd = (): void => {
      stop();
      resolve();
    };
    const onClose = (): void => fail(new SakerError('E_CANCELLED', { what: 'The request' }));
    // Stays attached: a stream may report an error again after the first, and nobody else would catch it.
    stream.on('error', (error: Error) => fail(new SakerError('E_BODY_INVALID', { detail: plain(error) })));
    stream.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/**
 * Collects a body in the pieces that it came in, which saves a copy of every upload and the collector's work for it.
 * @throws SakerError as `consume`.
 */
export async function readChunks(stream: Readable, lease: BodyLease): Promise<Chunks> {
  const chunks: Uint8Array[] = [];
  await consume(stream, lease, (chunk) => chunks.push(chunk));
  return withoutCrumbs(chunks);
}

/** The same bytes, in one piece where the pieces are very small. */
export function withoutCrumbs(chunks: Chunks): Chunks {
  const size = sizeOf(chunks);
  return chunks.length * CRUMB_BYTES > size + CRUMB_BYTES ? [gather(chunks, new Uint8Array(size))] : chunks;
}

/**
 * The same in one piece.
 * @throws SakerError as `readChunks`.
 */
export async function readBytes(stream: Readable, lease: BodyLease): Promise<Uint8Array> {
  const chunks = await readChunks(stream, lease);
  const [only, ...more] = chunks;
  return only && more.length === 0 ? only : gather(chunks, new Uint8Array(sizeOf(chunks)));
}

function plain(error: Error): string {
  return error.message.length < 200 ? error.message : 'it could not be read';
}
