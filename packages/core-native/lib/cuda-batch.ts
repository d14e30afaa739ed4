import { SakerError } from '@saker/spec/light';
import type { NativePipeline, Pixels } from './binding.js';
import { binding } from './load-binding.js';

/**
 * A batch in the memory of CUDA device 0, made by `pipeline.runBatch(inputs, { device: 'cuda' })`; complete when you
 * get it. Nothing of it is on the host until `toHost()`. Its memory is freed by `release()` or when it is collected,
 * and not before the last DLPack consumer is done.
 */
export class CudaBatch {
  readonly device = 'cuda';
  /** [N, C, H, W] or [N, H, W, C]. */
  readonly shape: readonly number[];
  readonly layout: 'NCHW' | 'NHWC';
  readonly dtype: string;
  /** null for each item that worked; a failed item's pixels are zero. */
  readonly statuses: readonly (SakerError | null)[];
  readonly #pipeline: NativePipeline;
  #memory: object | null;

  constructor(
    pipeline: NativePipeline,
    memory: object,
    about: {
      readonly shape: readonly number[];
      readonly layout: 'NCHW' | 'NHWC';
      readonly dtype: string;
      readonly statuses: readonly (SakerError | null)[];
    },
  ) {
    this.#pipeline = pipeline;
    this.#memory = memory;
    this.shape = about.shape;
    this.layout = about.layout;
    this.dtype = about.dtype;
    this.statuses = about.statuses;
  }

  /** A copy in host memory. Rejects with E_CLOSED after `release()`, E_CUDA_FAILED. */
  async toHost(): Promise<Pixels> {
    return await binding().cudaDownload(this.#pipeline, this.#open(), this.statuses.length);
  }

  /**
   * A DLPack capsule (N-API External, see src/base/dlpack.h) of device type 2 (CUDA), device 0. It keeps the memory
   * until its consumer deletes the tensor, also after `release()`.
   * @throws SakerError E_CLOSED after `release()`.
   */
  toDLPack(): unknown {
    return binding().cudaToDlpack(this.#pipeline, this.#open(), this.statuses.length);
  }

  /** Lets go of the memory. Safe to call twice. */
  release(): void {
    this.#memory = null;
  }

  #open(): object {
    if (this.#memory === null) throw new SakerError('E_CLOSED', { what: 'The batch' });
    return this.#memory;
  }
}
