/** Batches from files, made ahead on native threads. */
import { availableParallelism } from 'node:os';
import { SakerError } from '@saker/spec';
import { Batch } from './batch.js';
import type { NativeLoader, NativeLoaderStats, NativeNext } from './binding.js';
import { MAX_INT32, MAX_SEED, MAX_THREADS, MAX_UINT32, refuse, whole } from './checks.js';
import { Conversions } from './foreign/conversions.js';
import { binding } from './load-binding.js';
import { deviceName, nativePipeline, type Pipeline, requireFixedSize } from './pipeline.js';

export interface LoaderSample {
  readonly path: string;
  /** 0 .. 2^31-1 */
  readonly label: number;
  /** What the sample's randomness is keyed by; default: its index. 0 .. 2^31-1 */
  readonly id?: number;
}

export interface LoaderOptions {
  readonly pipeline: Pipeline;
  readonly samples: readonly LoaderSample[];
  /** 1 .. 65536 */
  readonly batchSize: number;
  /** A new order each epoch, a function of (seed, epoch) only; default false. */
  readonly shuffle?: boolean;
  /** Default 0. */
  readonly seed?: number;
  /** Default: one per processor. */
  readonly threads?: number;
  /** Batches made ahead of the reader, 1 .. 256; default 3. Memory: (prefetch + 2) batches. */
  readonly prefetch?: number;
  /** Leave out a last batch that is not full; default false. */
  readonly dropLast?: boolean;
  /**
   * 'cuda': pictures are decoded on the CPU into pinned memory, the rest runs on CUDA device 0, and batches stay there
   * (`Batch.toDLPack()`, `Batch.toHost()`); default 'cpu'. Never falls back.
   */
  readonly device?: 'cpu' | 'cuda';
  /**
   * With device 'cuda': 'nvjpeg' decodes JPEG files on the device, at full resolution, where nvJPEG opens and can, on the
   * CPU otherwise (`stats().nvjpegFallbacks`). Its pixels differ from the CPU decoder's by a few levels; default 'cpu'.
   */
  readonly jpegDecoder?: 'cpu' | 'nvjpeg';
  /** Decode the regions that the plans need and stop there; every batch holds zeros. For measuring; default false. */
  readonly decodeOnly?: boolean;
}

/**
 * Sums since the loader was made. `waitMs`: the reader waiting for pixels; `blockedMs`: threads with nothing to do;
 * `readMs`, `decodeMs`, `pixelMs`: work, summed over threads.
 */
export type LoaderStats = NativeLoaderStats;

/**
 * Turns files into batches. The pixels of a sample depend on (pipeline, seed, epoch, id) only. Close it when done;
 * an unclosed loader ends its threads when it is collected or its thread ends.
 *
 * GIF, TIFF, AVIF and SVG files go through sharp, each time they are met, and then through the same native code. That
 * happens while an epoch is being read: ask for the next batch and the ones ahead are converted meanwhile.
 */
export class Loader {
  readonly batchesPerEpoch: number;
  readonly #native: NativeLoader;
  readonly #conversions: Conversions;
  readonly #layout: 'NCHW' | 'NHWC';
  #closed = false;
  #run = 0;

  /**
   * @throws SakerError E_ARG_INVALID, E_PIPELINE_UNSUPPORTED (no fixed output size, an op that does not run on the
   *   device), E_MEMORY, E_CUDA_NOT_BUILT, E_CUDA_NO_DEVICE.
   */
  constructor(options: LoaderOptions) {
    const { samples, shuffle = false, dropLast = false, decodeOnly = false } = options;
    const pipeline = nativePipeline(options.pipeline);
    requireFixedSize(options.pipeline.outputShape);
    if (!Array.isArray(samples)) refuse('samples', 'an array of {path, label}', samples);
    const cuda = deviceName(options.device) === 'cuda';
    const batchSize = whole('batchSize', options.batchSize, 1, 65_536);
    const count = samples.length;
    const paths: string[] = new Array(count);
    const labels = new Int32Array(count);
    const ids = new Int32Array(count);
    samples.forEach(({ path, label, id }: LoaderSample, i) => {
      if (typeof path !== 'string' || path === '') refuse(`samples[${i}].path`, 'the path of a file', path);
      paths[i] = path;
      labels[i] = whole(`samples[${i}].label`, label, 0, MAX_INT32);
      ids[i] = whole(`samples[${i}].id`, id, 0, MAX_INT32, i);
    });
    this.batchesPerEpoch = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
    this.#layout = options.pipeline.outputShape.layout;
    this.#native = new (binding().NativeLoader)(pipeline, paths, labels, ids, {
      batchSize,
      shuffle,
      dropLast,
      decodeOnly: Boolean(decodeOnly),
      cuda,
      nvjpeg: wantsNvjpeg(options.jpegDecoder, cuda),
      seed: whole('seed', options.seed, 0, MAX_SEED, 0),
      threads: whole('threads', options.threads, 1, MAX_THREADS, availableParallelism()),
      prefetch: whole('prefetch', options.prefetch, 1, 256, 3),
    });
    this.#conversions = new Conversions(this.#native, options.pipeline.maxPixels);
  }

  /**
   * The batches of epoch `n`, in order. Filling starts with the first request and keeps ahead; ending the loop early
   * cancels it. Batches handed out stay valid until their `release()`. One epoch runs at a time: starting another
   * ends this one with E_CANCELLED. Asking for a batch while all slots are held is E_BUSY: release batches.
   */
  async *epoch(n: number): AsyncGenerator<Batch, void, undefined> {
    whole('epoch', n, 0, MAX_UINT32);
    this.#requireOpen();
    const run = this.#native.startEpoch(n);
    this.#run = run;
    try {
      for (;;) {
        const { batch, conversions } = await this.#next(run);
        this.#conversions.add(conversions);
        if (batch !== null) yield new Batch(batch, this.#layout);
        if (batch !== null || conversions.length > 0) continue;
        this.#requireOpen();
        if (this.#run !== run) throw new SakerError('E_CANCELLED', { what: `Epoch ${n}` });
        return;
      }
    } finally {
      this.#native.cancelEpoch(run);
      if (this.#run === run) this.#conversions.clear();
    }
  }

  stats(): LoaderStats {
    return this.#native.stats();
  }

  /** Ends the running epoch and the threads; each finishes its picture. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#conversions.clear();
    this.#native.close();
  }

  async #next(run: number): Promise<NativeNext> {
    try {
      return await this.#native.next(run);
    } catch (thrown) {
      throw SakerError.from(thrown).with({ what: 'The loader' });
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new SakerError('E_CLOSED', { what: 'The loader' });
  }
}

function wantsNvjpeg(decoder: unknown, cuda: boolean): boolean {
  if (decoder === undefined || decoder === 'cpu') return false;
  if (decoder !== 'nvjpeg') refuse('jpegDecoder', "'cpu' or 'nvjpeg'", decoder);
  return cuda || refuse('jpegDecoder', "'cpu', or device 'cuda' with it", decoder);
}
