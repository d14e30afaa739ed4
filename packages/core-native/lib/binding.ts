/** The typed face of core.node. Arguments are checked by the callers in this folder; the addon trusts them. */
import type { ErrorCode, PipelineSpec, SakerError } from '@saker/spec';
import type { PictureLimits } from './checks.js';
import type { ImageInput } from './input.js';

type Limits = Required<PictureLimits>;

/** Pixels as the pipeline's output says: f32, u8, or the bits of f16 or bf16. */
export type Pixels = Float32Array | Uint8Array | Uint16Array;

/** [index of the item, why it failed]. */
export type NativeFailure = readonly [number, SakerError];

export interface NativeCapabilities {
  readonly version: string;
  readonly simdTarget: string;
  readonly simdTargets: readonly string[];
  readonly threads: number;
  readonly codecs: { readonly jpeg: string; readonly png: string; readonly webp: string };
  /** `built`: this build has CUDA code; `available`: device 0 can run it; `reason`: why one of them is not so. */
  readonly cuda: {
    readonly built: boolean;
    readonly available: boolean;
    readonly reason: string;
    readonly devices: readonly {
      readonly name: string;
      readonly computeCapability: string;
      readonly memoryBytes: number;
    }[];
    /** Whether the library opens on this machine. */
    readonly nvjpeg: { readonly available: boolean; readonly version: string; readonly reason: string };
  };
  readonly node: string;
  readonly napi: number;
}

export interface NativeImageInfo {
  readonly format: 'jpeg' | 'png' | 'webp' | 'pnm';
  readonly width: number;
  readonly height: number;
  readonly storedWidth: number;
  readonly storedHeight: number;
  readonly channels: number;
  readonly bitDepth: number;
  readonly orientation: number;
  readonly hasAlpha: boolean;
}

export interface NativeKey {
  readonly seed: number;
  readonly epoch: number;
  readonly sampleId?: number;
}

export interface NativePipeline {
  shape(): {
    readonly channels: number;
    readonly height: number;
    readonly width: number;
    readonly views?: number;
  };
  runImage(
    input: ImageInput,
    options: NativeKey & { readonly reference: boolean },
  ): Promise<{ data: Pixels; shape: number[] }>;
  /** `data` holds exactly width x height x channels (1 or 3) values. */
  runPixels(
    data: Uint8Array,
    size: { readonly width: number; readonly height: number; readonly channels: number },
    options: NativeKey & { readonly reference: boolean },
  ): Promise<{ data: Pixels; shape: number[] }>;
  runBatch(
    inputs: readonly ImageInput[],
    out: Pixels,
    sampleIds: Int32Array,
    options: NativeKey & { readonly reference: boolean; readonly threads?: number },
  ): Promise<readonly NativeFailure[]>;
  plan(info: object, key: NativeKey & { readonly view?: number }): object;
}

export interface NativeBatch {
  /** Absent when the slot lies on a device. */
  readonly data?: Pixels;
  readonly shape: number[];
  readonly count: number;
  readonly index: number;
  readonly waitMs: number;
  readonly labels: Int32Array;
  readonly sampleIds: Int32Array;
  readonly failures: readonly NativeFailure[];
  /** [count, classes]; only where the pipeline has ops on batches, or samples have lists of labels. */
  readonly targets?: Float32Array;
  /** External that holds the slot's lease. */
  readonly lease: object;
}

export interface NativeLoaderOptions {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly rank: number;
  readonly worldSize: number;
  readonly seed: number;
  readonly threads: number;
  readonly prefetch: number;
  readonly decodeOnly: boolean | 'library';
  readonly cuda: boolean;
  readonly nvjpeg: boolean;
  /** Above every label. */
  readonly numClasses: number;
  /** (offset, length) of each sample, length -1 for a whole file; null: all are whole. */
  readonly ranges: Float64Array | null;
  /** Classes of each sample, as LabelLists of batch_mixer.h; null: each has its one label. */
  readonly labelOffsets: Int32Array | null;
  readonly labelLists: Int32Array | null;
  /** Of each sample; null: every sample once an epoch. */
  readonly weights: Float64Array | null;
  readonly cache: { readonly kind: 'encoded' | 'decoded'; readonly bytes: number } | null;
}

export interface NativeLoaderStats {
  readonly images: number;
  readonly failed: number;
  readonly batches: number;
  readonly waitMs: number;
  readonly blockedMs: number;
  readonly readMs: number;
  readonly decodeMs: number;
  readonly pixelMs: number;
  /** JPEG files given to nvJPEG, and those that the CPU decoded although the loader asked for nvJPEG. */
  readonly nvjpegSent: number;
  readonly nvjpegFallbacks: number;
  readonly elapsedMs: number;
  readonly recentImagesPerSecond: number;
  readonly cacheHits: number;
  readonly cachePictures: number;
  readonly cacheBytes: number;
  readonly slots: number;
  readonly slotsFilling: number;
  readonly slotsReady: number;
  readonly slotsHeld: number;
}

/** [ticket, index of the sample] of a picture that native code has no decoder for. */
export type NativeConversion = readonly [number, number];

export interface NativeNext {
  readonly batch: NativeBatch | null;
  readonly conversions: readonly NativeConversion[];
}

export interface NativeLoader {
  startEpoch(epoch: number, first: number): number;
  cancelEpoch(run: number): void;
  /** With neither a batch nor conversions: the end of the epoch. */
  next(run: number): Promise<NativeNext>;
  /** Answers a conversion: the bytes of a picture that native code reads, nothing (the picture fails as it did). */
  convert(ticket: number, bytes?: Uint8Array): void;
  /** Answers a conversion that failed. */
  convert(ticket: number, code: ErrorCode, detail: string): void;
  stats(): NativeLoaderStats;
  close(): void;
}

/** What core.node exports. */
export interface Binding {
  init(errorClass: typeof SakerError): void;
  capabilities(): NativeCapabilities;
  probe(input: ImageInput, limits: Limits): Promise<NativeImageInfo>;
  decode(
    input: ImageInput,
    limits: Limits,
  ): Promise<{ data: Uint8Array; width: number; height: number; channels: number }>;
  releaseBatch(lease: object, buffer: ArrayBufferLike | undefined): void;
  /** A copy of a batch that lies on a device. */
  batchDownload(lease: object): Promise<Pixels>;
  batchToDlpack(lease: object): object;
  /** Device memory for `count` samples: an External. */
  cudaAllocate(pipeline: NativePipeline, count: number): object;
  cudaRunBatch(
    pipeline: NativePipeline,
    inputs: readonly ImageInput[],
    memory: object,
    first: number,
    sampleIds: Int32Array,
    options: NativeKey & { readonly threads?: number },
  ): Promise<readonly NativeFailure[]>;
  cudaDownload(pipeline: NativePipeline, memory: object, count: number): Promise<Pixels>;
  cudaToDlpack(pipeline: NativePipeline, memory: object, count: number): object;
  NativePipeline: new (spec: PipelineSpec, limits: Limits) => NativePipeline;
  NativeLoader: new (
    pipeline: NativePipeline,
    paths: readonly string[],
    labels: Int32Array,
    ids: Int32Array,
    options: NativeLoaderOptions,
  ) => NativeLoader;
}
