/** What a loader is made from, and what it tells of itself. */
import type { NativeLoaderStats } from './binding.js';
import type { Pipeline } from './pipeline.js';

export interface LoaderSample {
  readonly path: string;
  /** With `length`: the picture is this part of the file (a member of a tar shard), not all of it. */
  readonly offset?: number;
  readonly length?: number;
  /** 0 .. 2^31-1 */
  readonly label: number;
  /**
   * Classes of a picture that has any number of them, each 0 .. 2^20-1; `label` is then handed through and means nothing
   * to the loader. All samples have one, or none has.
   */
  readonly labelList?: readonly number[];
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
  /**
   * How often each sample comes, in proportion, with `shuffle`: of the as many visits as there are samples, sample i gets
   * the floor or the ceiling of its share, by systematic resampling, a function of (seed, epoch) only. A sample that comes
   * again in an epoch is augmented anew. Default: each once.
   */
  readonly weights?: readonly number[];
  /**
   * This process's part of every epoch when `worldSize` processes read it together: of every batchSize x worldSize places of
   * the epoch's order, one step of all of them, this rank's batchSize. The ranks' batches of a step are together the batch
   * of one process with batchSize x worldSize. Of a last step that is not full each rank gets its even share, or none with
   * `dropLast`. Default: everything.
   */
  readonly shard?: { readonly rank: number; readonly worldSize: number };
  /** Default 0. */
  readonly seed?: number;
  /** Default: one per processor. */
  readonly threads?: number;
  /** Batches made ahead of the reader, 1 .. 256; default 3. Memory: (prefetch + 2) batches. */
  readonly prefetch?: number;
  /** Leave out a last batch that is not full; default false. */
  readonly dropLast?: boolean;
  /** Width of `Batch.targets`, above every label; default: the largest label + 1. For pipelines with batch ops, and `labelList`. */
  readonly numClasses?: number;
  /**
   * Decode the regions that the plans need and stop there; every batch holds zeros. 'library': JPEG by libjpeg-turbo
   * only, where Saker's own decoder is faster. For measuring; default false.
   */
  readonly decodeOnly?: boolean | 'library';
  /**
   * 'cuda': pictures are decoded on the CPU into pinned memory, the rest runs on CUDA device 0, and batches stay there
   * (`Batch.toDLPack()`, `Batch.toHost()`); default 'cpu'. Never falls back. Without `cache`, ops on batches, and ops
   * that make several views.
   */
  readonly device?: 'cpu' | 'cuda';
  /**
   * With device 'cuda': 'nvjpeg' decodes JPEG files on the device, at full resolution, where nvJPEG opens and can, on the
   * CPU otherwise (`stats().nvjpegFallbacks`). Its pixels differ from the CPU decoder's by a few levels; default 'cpu'.
   */
  readonly jpegDecoder?: 'cpu' | 'nvjpeg';
  /** Keep pictures in memory; default: none. The pixels are the same with and without. */
  readonly cache?: LoaderCache;
}

/**
 * What a loader keeps in memory, up to `bytes`; pictures that do not fit any more are read each time, as without.
 * `encoded`: the bytes of files. `decoded`: whole upright pictures at the scale that was decoded, which saves decoding
 * too and takes about ten times the room. Pictures that went through sharp are kept as its pixels, so they are
 * converted once. A file that changes after its picture was kept is not looked at again.
 */
export interface LoaderCache {
  readonly kind: 'encoded' | 'decoded';
  /** 1 .. 2^53-1; address space for them is taken at once, memory as pictures come in. */
  readonly bytes: number;
}

/** Sums since the loader was made, and how things stand now. */
export interface LoaderStats extends NativeLoaderStats {
  /** Pictures made, and those of them that failed. */
  readonly images: number;
  readonly failed: number;
  /** Handed out. */
  readonly batches: number;
  /** Epochs being read, from their first request to their end. */
  readonly elapsedMs: number;
  /** `images` over `elapsedMs`. */
  readonly imagesPerSecond: number;
  /** Over the last five seconds of the epoch that is being read; 0 between epochs. */
  readonly recentImagesPerSecond: number;
  /** The reader waiting for pixels, and its share of `elapsedMs`: 0 when the loader always was ahead. */
  readonly waitMs: number;
  readonly waitShare: number;
  /** Threads with nothing to do: every slot full, or no epoch. */
  readonly blockedMs: number;
  /** Work, summed over threads: files, decoders, transforms, and pictures going through sharp. */
  readonly readMs: number;
  readonly decodeMs: number;
  readonly pixelMs: number;
  readonly convertMs: number;
  /** Pictures taken from the cache; what it holds, and the bytes of that, never above the limit. */
  readonly cacheHits: number;
  readonly cachePictures: number;
  readonly cacheBytes: number;
  /** JPEG files given to nvJPEG, and those that the CPU decoded although the loader asked for nvJPEG. */
  readonly nvjpegSent: number;
  readonly nvjpegFallbacks: number;
  /** All slots; those being filled, made ahead, and held by the reader. The rest is free. */
  readonly slots: number;
  readonly slotsFilling: number;
  readonly slotsReady: number;
  readonly slotsHeld: number;
}
