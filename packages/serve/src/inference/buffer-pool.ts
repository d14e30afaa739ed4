/**
 * Memory in which pictures travel to workers and come back. Sent as plain copies they would lie in the worker until its
 * collector runs, and a worker, which makes little else, seldom has a reason to: 64 MB each before V8 finds one.
 */
import { type Chunks, gather, sizeOf } from '../body/chunks.js';
import type { BatchItem } from './messages.js';

/** Sizes are rounded up to this, so that buffers fit again. */
const GRAIN = 64 * 1024;

export class BufferPool {
  #free: ArrayBuffer[] = [];

  /** @param most buffers kept for the next pictures. */
  constructor(private readonly most: number) {}

  /** A copy of a picture in one piece, in memory that may be transferred to another thread. */
  gather(chunks: Chunks): Uint8Array<ArrayBuffer> {
    const size = sizeOf(chunks);
    return gather(chunks, new Uint8Array(this.#take(size), 0, size));
  }

  /** Takes buffers back; the largest are kept, as they fit most. */
  giveBack(buffers: readonly ArrayBuffer[]): void {
    this.#free.push(...buffers);
    if (this.#free.length <= this.most) return;
    this.#free.sort((a, b) => b.byteLength - a.byteLength);
    this.#free.length = this.most;
  }

  /** The smallest that is large enough, and not so large that a thumbnail would hold a poster's memory. */
  #take(length: number): ArrayBuffer {
    const wanted = Math.max(GRAIN, Math.ceil(length / GRAIN) * GRAIN);
    let best = -1;
    for (const [i, { byteLength }] of this.#free.entries()) {
      const fits = byteLength >= wanted && byteLength <= 4 * wanted;
      if (fits && (best < 0 || byteLength < (this.#free[best] as ArrayBuffer).byteLength)) best = i;
    }
    return best < 0 ? new ArrayBuffer(wanted) : (this.#free.splice(best, 1)[0] as ArrayBuffer);
  }
}

/** The buffers of a batch's pictures: what is transferred. Tensor items have memory of their own and are copied. */
export function pictureBuffers(items: readonly BatchItem[]): ArrayBuffer[] {
  return items.flatMap(({ input }) => ('bytes' in input ? [input.bytes.buffer as ArrayBuffer] : []));
}
