/** Reads a stream to its end into memory of its own, so that the bytes can move to another thread. */
import type { Readable } from 'node:stream';
import { SakerError } from '@saker/spec';
import type { BodyLease } from './lease.js';

/**
 * Collects a request or a multipart file. The stream is paused, not destroyed, on refusal: destroying a request
 * would destroy its socket and with it the answer.
 * @throws SakerError E_BODY_TOO_LARGE, E_OVERLOADED from the lease; E_CANCELLED when the client leaves; E_BODY_INVALID
 *   when the stream fails.
 */
export function readBytes(stream: Readable, lease: BodyLease): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
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
      } catch (thrown) {
        fail(SakerError.from(thrown));
        return;
      }
      size += chunk.byteLength;
      chunks.push(chunk);
    };
    const onEnd = (): void => {
      stop();
      resolve(join(chunks, size));
    };
    const onClose = (): void => fail(new SakerError('E_CANCELLED', { what: 'The request' }));
    // Stays attached: a parser may report an error again after the first, and nobody else would catch it.
    stream.on('error', (error: Error) => fail(new SakerError('E_BODY_INVALID', { detail: plain(error) })));
    stream.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/**
 * The same bytes alone in their ArrayBuffer, copied only when they share it. A small Buffer shares Node's pool, and
 * moving that to another thread would take every other Buffer in it along.
 */
export function ownBytes(view: Uint8Array): Uint8Array {
  const alone = view.byteLength === view.buffer.byteLength;
  return alone ? new Uint8Array(view.buffer) : new Uint8Array(view);
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

function plain(error: Error): string {
  return error.message.length < 200 ? error.message : 'it could not be read';
}
