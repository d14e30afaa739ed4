/** What the protocol asks of the models behind it. */
import type { Pixels } from '@saker/core-native';
import type { SakerError } from '@saker/spec';
import type { RequestTrace } from '../tracing/request-trace.js';

/** The tensors of a model, without the batch dimension. */
export interface ModelSignature {
  readonly input: {
    readonly name: string;
    readonly dtype: 'f32' | 'u8' | 'f16' | 'bf16';
    /** One item's sizes, such as [3, 224, 224]. */
    readonly itemDims: readonly number[];
    readonly layout: 'NCHW' | 'NHWC';
  };
  /** The graph's output with the class scores, and what they are. */
  readonly output: { readonly name: string; readonly kind: 'logits' | 'probabilities' };
  readonly labels: readonly string[];
}

/** A model in one version that takes requests. */
export interface ReadyModel {
  readonly name: string;
  readonly version: string;
  readonly signature: ModelSignature;
  readonly pipelineHash: string;
  readonly batching: {
    readonly maxBatchSize: number;
    readonly preferredBatchSizes: readonly number[];
    readonly maxQueueDelayUs: number;
    readonly maxQueueSize: number;
    readonly defaultTimeoutUs: number;
  };
  readonly instances: number;
}

/** What to classify: encoded pictures, or items of the graph's input one after the other. */
export type ModelInput =
  | { readonly pictures: readonly Uint8Array[] }
  | { readonly items: Pixels; readonly count: number };

/** One item's answer. */
export type ItemResult =
  | { readonly ok: true; readonly probabilities: Float32Array; readonly scores: Float32Array }
  | { readonly ok: false; readonly error: SakerError };

export interface RunOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Triton's schedule policy: 1 is the most urgent; undefined is the model's default. */
  readonly priority?: number;
  /** Microseconds that the request may wait. */
  readonly timeoutUs?: number;
  /** Null where the request is not traced. */
  readonly trace: RequestTrace | null;
}

/** States in Triton's words. */
export type ModelState = 'READY' | 'LOADING' | 'UNLOADING' | 'UNAVAILABLE';

export interface ModelStatus {
  readonly name: string;
  readonly version: string;
  readonly state: ModelState;
  /** Why it is not ready; empty when it is. */
  readonly reason: string;
}

export interface Duration {
  readonly count: number;
  readonly ns: number;
}

/** Triton's statistics of one version of a model, since it was loaded. */
export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970; 0 when there was none. */
  readonly lastInference: number;
  readonly inferenceCount: number;
  readonly executionCount: number;
  readonly success: Duration;
  readonly fail: Duration;
  readonly queue: Duration;
  readonly computeInput: Duration;
  readonly computeInfer: Duration;
  readonly computeOutput: Duration;
  readonly batches: readonly {
    readonly batchSize: number;
    readonly computeInput: Duration;
    readonly computeInfer: Duration;
    readonly computeOutput: Duration;
  }[];
}

export interface ServedModels {
  /** Every version known, ready or not. */
  list(): readonly ModelStatus[];
  /** Versions of a model that are ready, oldest first. @throws SakerError when no model has the name. */
  versions(name: string): readonly string[];
  /**
   * A model that is ready, in the version asked for or the one that is served by default.
   * @throws SakerError when there is none of the name or version, or it is not ready.
   */
  get(name: string, version?: string): ReadyModel;
  /** One result for each item, in order. @throws SakerError for what keeps all from running. */
  run(model: ReadyModel, input: ModelInput, options: RunOptions): Promise<readonly ItemResult[]>;
  /** Loads or loads again. */
  load(name: string): Promise<void>;
  unload(name: string): Promise<void>;
  statistics(name?: string, version?: string): readonly ModelStatistics[];
}
