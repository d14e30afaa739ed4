import { SakerError } from '@saker/spec';
import type { NativeBatch, Pixels } from './binding.js';
import { binding } from './load-binding.js';
import { statusList } from './pipeline.js';

/**
 * A batch in a slot of the loader's ring. `data` is a view of the slot's memory, not a copy: it is valid until
 * `release()`, which empties the view (length 0) and lets the loader fill the slot again. A batch that is dropped
 * without release gives its slot back when it is collected.
 */
export class Batch {
  /** `count` samples, one after the other. */
  readonly data: Pixels;
  /** [count, C, H, W] or [count, H, W, C]; [count, views, ...] where the pipeline makes several views. */
  readonly shape: readonly number[];
  readonly layout: 'NCHW' | 'NHWC';
  /** Samples in this batch; less than the batch size only in an epoch's last batch. */
  readonly count: number;
  readonly labels: Int32Array;
  /**
   * Soft targets, [count, numClasses] row-major, where the pipeline has ops on batches: the share of each class in the
   * mixed picture, summing to 1; zeros for a failed item. Without label smoothing, which is the loss's. A copy.
   */
  readonly targets?: Float32Array;
  readonly sampleIds: Int32Array;
  /** null for each item that worked; a failed item's pixels are zero. */
  readonly statuses: readonly (SakerError | null)[];
  /** Number within the epoch, from 0. */
  readonly index: number;
  /** How long the reader waited for this batch; 0 when it was ready. */
  readonly waitMs: number;
  readonly #lease: object;
  readonly #buffer: ArrayBufferLike;
  #released = false;

  constructor(native: NativeBatch, layout: 'NCHW' | 'NHWC') {
    this.data = native.data;
    this.shape = native.shape;
    this.layout = layout;
    this.count = native.count;
    this.labels = native.labels;
    if (native.targets) this.targets = native.targets;
    this.sampleIds = native.sampleIds;
    this.statuses = statusList(native.count, native.failures);
    this.index = native.index;
    this.waitMs = native.waitMs;
    this.#lease = native.lease;
    this.#buffer = native.data.buffer;
  }

  /**
   * A DLPack capsule (N-API External, see src/base/dlpack.h) over the slot. It keeps the slot leased, also after
   * `release()`, until its consumer deletes the tensor, or until it is collected unconsumed.
   * @throws SakerError E_CLOSED after `release()`.
   */
  toDLPack(): unknown {
    if (this.#released) throw new SakerError('E_CLOSED', { what: 'The batch' });
    return binding().batchToDlpack(this.#lease);
  }

  /** Gives the slot back. Safe to call twice. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    binding().releaseBatch(this.#lease, this.#buffer);
  }
}
