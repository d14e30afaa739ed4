/** What crosses between the pool and its worker threads: plain structured-clone data. */
import type { ErrorJson, ModelMetadata, PipelineSpec } from '@saker/spec';
import type { GateWords } from './exit-gate.js';

/** One class with its probability. */
export interface RankedClass {
  readonly label: string;
  readonly index: number;
  /** Probability in 0..1. */
  readonly confidence: number;
}

/** Milliseconds spent inside the worker. */
export interface WorkerTimings {
  /** Decoding and the eval pipeline, which are one fused pass. */
  readonly preprocessMs: number;
  readonly inferenceMs: number;
}

/** What a worker answers for one picture. */
export type PictureOutcome =
  | (RankedClass & {
      readonly ok: true;
      readonly topK: readonly RankedClass[];
      /** All classes in label order; only when asked for. */
      readonly probabilities?: Float32Array;
      readonly timings: WorkerTimings;
    })
  | {
      readonly ok: false;
      readonly error: ErrorJson /** Stack of an unexpected failure, for the log only. */;
      readonly stack?: string;
    };

/** What the server says about its model. */
export interface ModelInfo {
  readonly task: string;
  readonly labels: readonly string[];
  readonly pipeline: PipelineSpec;
  readonly pipelineHash: string;
  readonly input: unknown;
  readonly createdAt: string | null;
  readonly sakerVersion: string | null;
}

/** The model as every worker of a pool gets it. */
export interface WorkerModel {
  /** The model file's bytes, shared by all workers. */
  readonly model: SharedArrayBuffer;
  /** Names the file in errors. */
  readonly file: string;
  readonly metadata?: ModelMetadata;
  readonly threads: number;
  readonly maxPixels?: number;
}

/** Start-up data of one worker. */
export interface WorkerStart extends WorkerModel {
  /** Its own gate, see exit-gate.ts. */
  readonly gate: GateWords;
}

export type ToWorker =
  | {
      readonly type: 'predict';
      /** Transferred: the sender's view is empty afterwards. */
      readonly bytes: Uint8Array;
      readonly topK: number;
      readonly probabilities: boolean;
    }
  /** Free the session and end. */
  | { readonly type: 'close' }
  /** Fail as by an uncaught exception. */
  | { readonly type: 'crash' };

export type FromWorker =
  | { readonly type: 'ready'; readonly info: ModelInfo }
  | { readonly type: 'failed'; readonly error: ErrorJson; readonly stack?: string }
  | { readonly type: 'outcome'; readonly outcome: PictureOutcome };
