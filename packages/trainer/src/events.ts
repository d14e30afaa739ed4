/**
 * The closed list of things that happen in a run. Reporters, loggers and callers listen to these; nothing else is
 * emitted. All times are milliseconds, all shares are 0..1, epochs count from 1 over the whole run.
 */
import type { LossScaling } from '@saker/core-native/autograd';
import type { EpochRecord, ErrorJson } from '@saker/spec';
import type { SimpleBaseline } from './baseline/simple-baseline.js';
import type { ResolvedConfig } from './config/resolve.js';
import type { GradientWarning, LayerFigures, UnitFigures } from './log/gradients/report.js';
import type { Balance } from './task/balance.js';

/**
 * One validated epoch: what the model file records of it, and how fast it went. The validation loss is the mean
 * cross-entropy, of multi and binary runs the mean binary cross-entropy, without smoothing and weights.
 */
export interface EpochResult extends EpochRecord {
  /**
   * Every figure of the epoch by name: trainLoss, trainAccuracy, valLoss, valAccuracy, and what else the validation
   * measures. What monitors (best model, top-k, early stopping) look things up in.
   */
  readonly metrics: Readonly<Record<string, number>>;
  /** What the file of this epoch decides by; see ModelMetadata. */
  readonly thresholds: readonly number[] | null;
  readonly imagesPerSecond: number;
  /** Share of the epoch's training time spent waiting for the loader. */
  readonly loaderWait: number;
  readonly seconds: number;
}

export type TrainEvent =
  | {
      readonly type: 'run-start';
      readonly config: ResolvedConfig;
      readonly classes: readonly string[];
      readonly counts: { readonly train: number; readonly val: number; readonly test: number };
      readonly epochs: number;
      readonly parameters: number;
      readonly head: 'new' | 'kept';
      /** Training pictures of each class, what they weigh in the loss, and how often they come in an epoch. */
      readonly balance: Balance;
    }
  /** What the run has to beat; follows `run-start` unless the configuration leaves it out. */
  | { readonly type: 'baseline'; readonly baseline: SimpleBaseline }
  | {
      readonly type: 'sample-rejected';
      readonly path: string;
      readonly error: ErrorJson;
      readonly during: 'scan' | 'train' | 'validate';
    }
  | {
      readonly type: 'phase-start';
      readonly phase: string;
      readonly epochs: number;
      /** Tensors that the phase trains. */
      readonly trainable: number;
    }
  | { readonly type: 'epoch-start'; readonly epoch: number; readonly epochs: number; readonly phase: string }
  | {
      readonly type: 'step';
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly steps: number;
      /**
       * Running means over the epoch so far. With MixUp or CutMix a picture counts as right when the prediction is the
       * class with the greater share of it, so the training accuracy stays below what the model can do.
       */
      readonly loss: number;
      readonly accuracy: number;
      readonly lr: number;
      /** Optimiser steps of the whole run, this one counted. */
      readonly globalStep: number;
      /** Global L2 norm of this step's gradients before clipping; 0 where nothing was updated. */
      readonly gradNorm: number;
      /** With amp fp16, of a step that came to its update: the loss scale, and whether the step was left out for it. */
      readonly scaling?: LossScaling;
      readonly imagesPerSecond: number;
      readonly loaderWait: number;
      readonly etaMs: number;
    }
  /** Figures of every layer of one step; see GradientReport. */
  | {
      readonly type: 'gradient-report';
      readonly epoch: number;
      readonly globalStep: number;
      /** Trainable weights in graph order. */
      readonly layers: readonly LayerFigures[];
      /** Rectifying nodes in graph order. */
      readonly units: readonly UnitFigures[];
      readonly warnings: readonly GradientWarning[];
    }
  | { readonly type: 'validate'; readonly epoch: number; readonly done: number; readonly total: number }
  /** An epoch was validated; the best model is written before `epoch-end` says whether it is better. */
  | { readonly type: 'validate-end'; readonly result: EpochResult }
  | {
      readonly type: 'epoch-end';
      readonly result: EpochResult;
      readonly improved: boolean;
      readonly bestValAccuracy: number;
    }
  | {
      readonly type: 'checkpoint';
      readonly file: string;
      readonly valAccuracy: number;
      readonly epoch: number;
    }
  | { readonly type: 'early-stop'; readonly epoch: number; readonly patience: number }
  /** The run's state was saved; it can be resumed from there. */
  | {
      readonly type: 'state-saved';
      readonly file: string;
      readonly epoch: number;
      readonly globalStep: number;
    }
  /** The run goes on from saved state, after so many steps of that epoch. */
  | { readonly type: 'resume'; readonly file: string; readonly epoch: number; readonly step: number }
  /** A callback asked for the end of the run. */
  | { readonly type: 'stop'; readonly epoch: number; readonly by: string; readonly reason: string }
  /** A callback has something to tell. */
  | { readonly type: 'note'; readonly by: string; readonly message: string }
  | { readonly type: 'cancelled'; readonly epoch: number; readonly file: string | null }
  /** No epoch is left; weights may still be averaged. Not sent when a run is cancelled or fails. */
  | { readonly type: 'train-end'; readonly epoch: number }
  /** The run failed; `fit` throws this error next. */
  | { readonly type: 'error'; readonly error: ErrorJson }
  | { readonly type: 'run-end'; readonly result: FitResult };

/** The event of one type. */
export type TrainEventOf<T extends TrainEvent['type']> = Extract<TrainEvent, { readonly type: T }>;

/** Why a run ended; 'stopped': a callback other than early stopping asked for it. */
export type StopReason = 'finished' | 'early-stop' | 'stopped' | 'cancelled';

/** What a run leaves behind. */
export interface FitResult {
  /** Of the best epoch; of a multi-label run the share of pictures with every label right. */
  readonly bestValAccuracy: number;
  /** What decided which epoch is the best, and its value there. */
  readonly bestMetric: { readonly name: string; readonly value: number };
  readonly bestEpoch: number;
  /** Epochs that were trained and validated. */
  readonly epochs: number;
  /** Training pictures per second of training time, validation left out. */
  readonly imagesPerSecond: number;
  /** Absolute path of the written .onnx file. */
  readonly model: string;
  /** Absolute path of the folder with the run's saved state. */
  readonly run: string;
  /** Absolute path of the JSON-lines log. */
  readonly log: string;
  readonly seconds: number;
  readonly loaderWait: number;
  readonly classes: readonly string[];
  readonly counts: { readonly train: number; readonly val: number; readonly test: number };
  /** Pictures left out because they could not be read. */
  readonly rejected: readonly { readonly path: string; readonly error: ErrorJson }[];
  readonly history: readonly EpochResult[];
  /** What the run had to beat; null where none was measured. */
  readonly baseline: SimpleBaseline | null;
  /** Absolute path of the HTML report; null where none was asked for, or it could not be written. */
  readonly report: string | null;
  readonly stopped: StopReason;
}

/** Receives every event of a run, in order. Must not throw. */
export type EventListener = (event: TrainEvent) => void;
