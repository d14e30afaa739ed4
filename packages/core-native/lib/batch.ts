import { SakerError } from '@saker/spec/light';
import type { NativeBatch, Pixels } from './binding.js';
import { binding } from './load-binding.js';
import { statusList } from './pipeline.js';

/**
 * A batch in a slot of the loader's ring, in host memory or, of a loader with device 'cuda', in that of CUDA device 0.
 * `data` is a view of the slot's memory, not a copy: it is valid until `release()`, which empties the view (length 0) and lets the loader fill the slot again. A batch that is dropped
 * without release gives its slot back when it is collected.
 */
export class Batch {
  readonly device: 'cpu' | 'cuda';
  /** [count, C, H, W] or [count, H, W, C]; [count, views, ...] where the pipeline makes several views. */
  readonly shape: readonly number[];
  readonly layout: 'NCHW' | 'NHWC';
  /** Samples in this batch; less than the batch size only in an epoch's last batch. */
  readonly count: number;
  readonly labels: Int32Array;
  /**
   * Soft targets, [count, numClasses] row-major, where the pipeline has ops on batches or samples carry `labelList`: the
   * share of each class in the mixed picture, 1 for each class of an unmixed one; zeros for a failed item. Rows of samples
   * with one label sum to 1. Without label smoothing, which is the loss's. A copy.
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
  readonly #data: Pixels | undefined;
  readonly #buffer: ArrayBufferLike | undefined;
  #released = false;

  constructor(native: NativeBatch, layout: 'NCHW' | 'NHWC') {
    this.#data = native.data;
    this.device = native.data === undefined ? 'cuda' : 'cpu';
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
    this.#buffer = native.data?.buffer;
  }

  /**
   * `count` samples, one after the other.
   * @throws SakerError E_DEVICE_MISMATCH when the batch lies on a device.
   */
  get data(): Pixels {
    if (this.#data !== undefined) return this.#data;
    throw new SakerError('E_DEVICE_MISMATCH', { what: 'The batch', device: 'cuda', expected: 'cpu' });
  }

  /** A copy of the pixels in host memory, whatever the device. Rejects with E_CLOSED after `release()`, E_CUDA_FAILED. */
  async toHost(): Promise<Pixels> {
    if (this.#released) throw new SakerError('E_CLOSED', { what: 'The batch' });
    return this.#data?.slice() ?? (await binding().batchDownload(this.#lease));
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
