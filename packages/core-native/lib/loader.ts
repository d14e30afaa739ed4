/** Batches from files, made ahead on native threads. */
import { availableParallelism } from 'node:os';
import { SakerError } from '@saker/spec/light';
import { Batch } from './batch.js';
import type { NativeLoader, NativeNext } from './binding.js';
import { MAX_INT32, MAX_SEED, MAX_THREADS, MAX_UINT32, refuse, whole } from './checks.js';
import { Conversions } from './foreign/conversions.js';
import { type ImageInput, sampleSource } from './input.js';
import { binding } from './load-binding.js';
import { labelLists, MAX_CLASSES, sampleWeights } from './loader-labels.js';
import type { LoaderCache, LoaderOptions, LoaderSample, LoaderStats } from './loader-options.js';
import { deviceName, nativePipeline, requireFixedSize } from './pipeline.js';

function cacheOption(cache: LoaderCache | undefined, cuda: boolean): LoaderCache | null {
  if (cache === undefined) return null;
  if (cuda) refuse('cache', "none with device 'cuda'", cache);
  if (typeof cache !== 'object' || cache === null) refuse('cache', '{kind, bytes}', cache);
  const { kind, bytes } = cache;
  if (kind !== 'encoded' && kind !== 'decoded') refuse('cache.kind', "'encoded' or 'decoded'", kind);
  return { kind, bytes: whole('cache.bytes', bytes, 1, MAX_SEED) };
}

/** Most processes that share an epoch. */
const MAX_WORLD = 65_535;

/** As the native loader's `EpochShard`. */
function batchesOf(
  count: number,
  batchSize: number,
  dropLast: boolean,
  rank: number,
  worldSize: number,
): number {
  const full = Math.floor(count / (batchSize * worldSize));
  const rest = count % (batchSize * worldSize);
  const share = Math.floor((rest * (rank + 1)) / worldSize) - Math.floor((rest * rank) / worldSize);
  return full + (dropLast || share === 0 ? 0 : 1);
}

/**
 * Turns files into batches. The pixels of a sample depend on (pipeline, seed, epoch, id) only. Close it when done;
 * an unclosed loader ends its threads when it is collected or its thread ends.
 *
 * A pipeline's batch ops (MixUp, CutMix) run on filled batches, on the loader's threads; `Batch.targets` then holds the
 * mixed targets. They depend on (seed, epoch, number of the batch, position in it) and on which pictures failed.
 *
 * GIF, TIFF, AVIF and SVG files go through sharp, each time they are met unless a cache keeps them, and then through the
 * same native code. That happens while an epoch is being read: ask for the next batch and the ones ahead are converted meanwhile.
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
    let ranges: Float64Array | null = null;
    samples.forEach((sample: LoaderSample, i) => {
      const source = sampleSource(`samples[${i}]`, sample);
      paths[i] = sample.path;
      if (typeof source !== 'string') {
        // (0, -1) is the whole file.
        ranges ??= Float64Array.from({ length: 2 * count }, (_, k) => -(k % 2));
        ranges[2 * i] = source.offset;
        ranges[2 * i + 1] = source.length;
      }
      labels[i] = whole(`samples[${i}].label`, sample.label, 0, MAX_INT32);
      ids[i] = whole(`samples[${i}].id`, sample.id, 0, MAX_INT32, i);
    });
    const lists = labelLists(samples);
    const most = (lists?.labelLists ?? labels).reduce((a, b) => Math.max(a, b), 0);
    const targets = options.pipeline.spec.batch !== undefined || lists !== null;
    const numClasses = targets
      ? whole('numClasses', options.numClasses ?? most + 1, most + 1, MAX_CLASSES)
      : 1;
    const worldSize = whole('shard.worldSize', options.shard?.worldSize, 1, MAX_WORLD, 1);
    const rank = whole('shard.rank', options.shard?.rank, 0, worldSize - 1, 0);
    this.batchesPerEpoch = batchesOf(count, batchSize, dropLast, rank, worldSize);
    this.#layout = options.pipeline.outputShape.layout;
    this.#native = new (binding().NativeLoader)(pipeline, paths, labels, ids, {
      batchSize,
      shuffle,
      dropLast,
      rank,
      worldSize,
      decodeOnly: decodeOnly === 'library' ? decodeOnly : Boolean(decodeOnly),
      cuda,
      nvjpeg: wantsNvjpeg(options.jpegDecoder, cuda),
      numClasses,
      ranges,
      labelOffsets: lists?.labelOffsets ?? null,
      labelLists: lists?.labelLists ?? null,
      weights: sampleWeights(options.weights, count, shuffle),
      cache: cacheOption(options.cache, cuda),
      seed: whole('seed', options.seed, 0, MAX_SEED, 0),
      threads: whole('threads', options.threads, 1, MAX_THREADS, availableParallelism()),
      prefetch: whole('prefetch', options.prefetch, 1, 256, 3),
    });
    const input = (i: number): ImageInput => {
      const length = ranges?.[2 * i + 1] ?? -1;
      const path = paths[i] as string;
      return length < 0 ? path : { path, offset: ranges?.[2 * i] as number, length };
    };
    this.#conversions = new Conversions(this.#native, options.pipeline, input);
  }

  /**
   * The batches of epoch `n`, in order. Filling starts with the first request and keeps ahead; ending the loop early
   * cancels it. Batches handed out stay valid until their `release()`. One epoch runs at a time: starting another
   * ends this one with E_CANCELLED. Asking for a batch while all slots are held is E_BUSY: release batches.
   *
   * `firstBatch` (default 0) leaves out the batches before it; the others are as in the whole epoch.
   */
  async *epoch(n: number, firstBatch = 0): AsyncGenerator<Batch, void, undefined> {
    whole('epoch', n, 0, MAX_UINT32);
    whole('firstBatch', firstBatch, 0, this.batchesPerEpoch);
    this.#requireOpen();
    const run = this.#native.startEpoch(n, firstBatch);
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

  /** May be called at any time, also while a batch is waited for and after `close()`. */
  stats(): LoaderStats {
    const native = this.#native.stats();
    const { images, waitMs, elapsedMs } = native;
    return {
      ...native,
      imagesPerSecond: elapsedMs > 0 ? (images * 1000) / elapsedMs : 0,
      waitShare: elapsedMs > 0 ? waitMs / elapsedMs : 0,
      convertMs: this.#conversions.ms,
    };
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
