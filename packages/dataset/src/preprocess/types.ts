import type { PipelineSpec, SakerError } from '@saker/spec';

/** What shards hold: re-encoded JPEG in tar files, or tensors. */
export type ShardFormat = 'webdataset' | 'npy' | 'safetensors';
export type TensorDtype = 'u8' | 'f16' | 'f32';

export interface PreprocessOptions {
  /** A folder or manifest, as `scanDataset` takes. */
  readonly data: string;
  /** Folder of the shards; made when it is missing. */
  readonly out: string;
  /** Default webdataset. */
  readonly format?: ShardFormat;
  /** Needed for tensors. Without it, webdataset shards hold the whole upright pictures. */
  readonly pipeline?: PipelineSpec;
  /** Pictures with a longer side are shrunk to it (lanczos); webdataset only. Nothing is enlarged. */
  readonly maxSide?: number;
  /** JPEG quality 1..100, default 90; webdataset only. */
  readonly quality?: number;
  /** Default: the pipeline's own, f32 for the presets; tensors only. u8 is 0..255 without Normalize. */
  readonly dtype?: TensorDtype;
  /** Pictures per shard; default 1000, for tensors as many as fill 256 MiB, at most 1000. */
  readonly shardSize?: number;
  /** Decides the order of the pictures over the shards, and random draws; default 0. */
  readonly seed?: number;
  /** This job's part: of shards k with k mod count = index. Default: everything. */
  readonly part?: { readonly index: number; readonly count: number };
  /** Pictures in work at once; default: one for each core. */
  readonly threads?: number;
  /** Keep shards that are finished. Without it, E_OUT_EXISTS when there are any of this part. */
  readonly resume?: boolean;
  /** Called while the files of the data are looked up. */
  readonly onScan?: (done: number, total: number) => void;
  readonly onProgress?: (progress: PreprocessProgress) => void;
  /** Called for each picture that could not be used, in order. */
  readonly onQuarantine?: (name: string, error: SakerError) => void;
  /** Stops after the pictures in work; the begun shard is dropped, finished ones stay. */
  readonly signal?: AbortSignal;
}

export interface PreprocessProgress {
  /** Pictures of this part that are done, those of kept shards included, and all of them. */
  readonly done: number;
  readonly total: number;
  /** Pictures worked on by this run. */
  readonly worked: number;
  readonly shards: number;
}

export interface PreprocessResult {
  /** Pictures in the shards of this part, and pictures in quarantine. */
  readonly written: number;
  readonly quarantined: number;
  /** Shards of this part, and how many of them were finished before. */
  readonly shards: number;
  readonly kept: number;
  /** Shards of all parts, and whether they are all there, so that index.csv is written. */
  readonly shardsOfAll: number;
  readonly complete: boolean;
  /** Pictures this run worked on, and its seconds. */
  readonly worked: number;
  readonly seconds: number;
  readonly stopped: 'end' | 'cancelled';
}

/** One line of a shard's index, and of index.csv. */
export interface IndexRow {
  /** Name within the data. */
  readonly path: string;
  readonly label: string;
  /** Hex digest of the source file; empty when it could not be read. */
  readonly sha256: string;
  /** Bytes of the source file. */
  readonly size: number;
  /** `ok`, or the error code of a picture in quarantine. */
  readonly status: string;
  /** File name of its shard; empty in quarantine. */
  readonly shard: string;
  /** Key in a tar, row number in a tensor; empty in quarantine. */
  readonly key: string;
  /** Why it is in quarantine; empty for `ok`. */
  readonly reason: string;
}
