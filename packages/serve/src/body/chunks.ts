/** Bytes in pieces, in order, as a stream brought them. */

export type Chunks = readonly Uint8Array[];

/** Bytes of all pieces together. */
export function sizeOf(chunks: Chunks): number {
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

/** Writes the pieces one after the other to the beginning of `target`, which has room for them; returns it. */
export function gather<T extends Uint8Array>(chunks: Chunks, target: T): T {
  let at = 0;
  for (const chunk of chunks) {
    target.set(chunk, at);
    at += chunk.byteLength;
  }
  return target;
}
