/** What crosses between the pool and its worker threads: plain structured-clone data. */
import type { Pixels } from '@saker/core-native';
import type { Abstain, ErrorJson, ModelMetadata, PipelineSpec } from '@saker/spec';
import type { Chunks } from '../body/chunks.js';
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
  | {
      readonly ok: true;
      /** The class told; null, as `index`, when the model abstains. */
      readonly label: string | null;
      readonly index: number | null;
      /** Probability in 0..1 of the class told, or of the most probable one. */
      readonly confidence: number;
      /** No class reaches the model's threshold. */
      readonly abstained: boolean;
      /** Of multi-label models: the labels that reach their thresholds, most probable first. */
      readonly labels?: readonly RankedClass[];
      readonly topK: readonly RankedClass[];
      /** All classes in label order; only when asked for. */
      readonly probabilities?: Float32Array;
      /** What the graph gave, logits or probabilities; comes with `probabilities`. */
      readonly scores?: Float32Array;
      readonly timings: WorkerTimings;
    }
  | {
      readonly ok: false;
      readonly error: ErrorJson /** Stack of an unexpected failure, for the log only. */;
      readonly stack?: string;
    };

/** An item of the graph's input, alone in its memory. */
interface TensorItem {
  readonly item: Pixels;
}

/** What to classify: an encoded picture in pieces, or an item of the graph's input. */
export type TaskInput = { readonly chunks: Chunks } | TensorItem;

/** The same as a worker gets it: the picture in one piece, in pooled memory. */
export type WorkerInput = { readonly bytes: Uint8Array } | TensorItem;

/** One item of a batch, and what its answer holds. */
export interface BatchItem {
  readonly input: WorkerInput;
  readonly topK: number;
  readonly probabilities: boolean;
}

/** What the server says about its model. */
export interface ModelInfo {
  readonly task: string;
  readonly labels: readonly string[];
  /** Of multi-label and binary models; null: 0.5, or a single-label model. */
  readonly thresholds: readonly number[] | null;
  /** Of single-label models: below which probability no class is told. */
  readonly abstain: Abstain | null;
  readonly pipeline: PipelineSpec;
  readonly pipelineHash: string;
  readonly input: InputShape;
  /** Names of the graph's tensors, and what its output holds. */
  readonly tensors: {
    readonly input: string;
    readonly output: string;
    readonly outputKind: 'logits' | 'probabilities';
  };
  readonly createdAt: string | null;
  readonly sakerVersion: string | null;
}

/** One item of the graph's input. */
export interface InputShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly layout: 'NCHW' | 'NHWC';
  readonly dtype: 'f32' | 'u8' | 'f16' | 'bf16';
}

/** The model as every worker of a pool gets it. */
export interface WorkerModel {
  /** The model file's bytes, shared by all workers. */
  readonly model: SharedArrayBuffer;
  /** Names the file in errors. */
  readonly file: string;
  /** sha256:<hex> of the file. */
  readonly hash: string;
  /** Checked; what only training wants is left out of it. */
  readonly metadata: ModelMetadata;
  readonly threads: number;
  readonly maxPixels?: number;
  readonly maxDecodeMs?: number;
}

/** Start-up data of one worker. */
export interface WorkerStart extends WorkerModel {
  /** Its own gate, see exit-gate.ts. */
  readonly gate: GateWords;
}

export type ToWorker =
  /** Copies, their pictures in pooled memory that is moved: should the worker end, another gets the same items. */
  | { readonly type: 'predict'; readonly items: readonly BatchItem[] }
  /** Free the session and end. */
  | { readonly type: 'close' }
  /** Fail as by an uncaught exception. */
  | { readonly type: 'crash' };

export type FromWorker =
  /** @property itemMs a warm run of one item, or the first where that is short. */
  | { readonly type: 'ready'; readonly info: ModelInfo; readonly itemMs: number }
  | { readonly type: 'failed'; readonly error: ErrorJson; readonly stack?: string }
  /** One outcome for each item of the batch, in order. */
  | {
      readonly type: 'outcomes';
      readonly outcomes: readonly PictureOutcome[];
      /** The memory of the batch's pictures, moved back. */
      readonly buffers: readonly ArrayBuffer[];
    };
