/** What takes part in a run without being the loop: logs, stopping, kept models, averaged weights, reports. */
import type { Batch } from '@saker/core-native';
import type { Tensors, TrainableModel, TrainOptions, TrainResult } from '@saker/core-native/autograd';
import type { ResolvedConfig, ResolvedPipelines } from '../config/resolve.js';
import type { EpochResult, TrainEvent, TrainEventOf } from '../events.js';
import type { Phase, RecipeParameter } from '../recipe/recipe.js';

/** A value that a checkpoint can hold: JSON, with NaN and the infinities. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a callback leaves in a checkpoint. Tensors are f32 and come back bit for bit. */
export interface CallbackState {
  readonly json: Json;
  readonly tensors?: Tensors;
}

/** What a validation measured. */
export interface ValidationFigures {
  readonly valLoss: number;
  readonly valAccuracy: number;
  /** These and every other figure of the task, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What the file decides by, of multi-label and binary models. */
  readonly thresholds: readonly number[] | null;
}

/** Validation pictures and the class probabilities of each, null where it could not be read. */
export interface SeenValidation {
  readonly samples: readonly { readonly label: number }[];
  readonly probabilities: readonly (Float32Array | null)[];
}

/** What a callback sees of its run, and what it may ask of it. One object for each callback and run. */
export interface CallbackContext {
  readonly config: ResolvedConfig;
  readonly pipelines: ResolvedPipelines;
  readonly classes: readonly string[];
  /** Absolute path of the model file that the run writes. */
  readonly out: string;
  /** Absolute path of the folder for what the run leaves besides; make it before writing. */
  readonly run: string;
  /** Validated epochs, oldest first. */
  readonly history: readonly EpochResult[];
  /** The running epoch, from 1 over the whole run; 0 before the first. */
  readonly epoch: number;
  readonly epochs: number;
  /** Optimiser steps made in the whole run. */
  readonly globalStep: number;
  readonly stepsPerEpoch: number;
  /** null before the first phase. */
  readonly phase: Phase | null;
  readonly parameters: readonly RecipeParameter[];
  /** The network; calls queue on its own thread. Leave the optimiser to the loop. */
  readonly model: TrainableModel;
  /** What the engine said of the last step, also figures that `stepOptions` asked for; null before the first. */
  readonly lastStep: TrainResult | null;
  /** The batch of the step that ended, valid within `onStepEnd` only; else null. */
  readonly lastBatch: Batch | null;
  /** What the last validation saw; null before the first. */
  readonly lastValidation: SeenValidation | null;
  /** Process of a distributed run; 0 of 1 otherwise. */
  readonly rank: number;
  readonly worldSize: number;

  /** Ends the run after the current event (within an epoch: after the step). The first reason given counts. */
  requestStop(reason: string): void;
  /** This callback's factor of the learning rate from the next step on, in place of the one it set before; at least 0. */
  scaleLr(factor: number): void;
  /** Holds the schedule at this share of the peak rate from the next step on; null lets it go on. `scaleLr` still counts. */
  holdLr(share: number | null): void;
  /** Sends an event of the closed list; it is delivered after the current one. */
  emit(event: TrainEvent): void;
  /** Tells the user something, as a `note` event. */
  note(message: string): void;
  /** The weights that validation and the model file use: what a callback's `weights` gives, else the network's own. */
  evaluatedWeights(): Promise<Tensors>;
  /** A whole .onnx file of those weights, or of the given ones; `result`: the epoch they were validated in. */
  exportModel(options?: {
    readonly weights?: Tensors | undefined;
    readonly result?: EpochResult | undefined;
  }): Promise<Uint8Array>;
  /** Validates weights as an epoch's are. */
  validate(weights: Tensors): Promise<ValidationFigures>;
  /**
   * The weights with running statistics measured anew: their mean over one pass through the training pictures, as
   * torch.optim.swa_utils.update_bn does. The network's own weights stay as they are.
   */
  estimateStatistics(weights: Tensors): Promise<Tensors>;
  /** Ships weights in place of the best epoch when they are better; says whether they were. */
  propose(weights: Tensors, figures: ValidationFigures): Promise<boolean>;
}

/**
 * A callback in the manner of Keras: any of the methods, plain functions or async ones, which the loop waits for.
 * Built-in callbacks see an event first, then the caller's in the order given. When one throws, the others still see the
 * event; then the run ends with E_CALLBACK_FAILED (a SakerError is passed on as it is), and what was learned stays.
 */
export interface Callback {
  /** Names it in errors and events, and its state in checkpoints; of one kind in a run. */
  readonly name: string;
  /** Only on the first process of a distributed run: everything that writes or prints. Default false. */
  readonly firstRankOnly?: boolean;

  /** Every event, before the method of its own. */
  onEvent?(event: TrainEvent, context: CallbackContext): void | Promise<void>;
  onRunStart?(event: TrainEventOf<'run-start'>, context: CallbackContext): void | Promise<void>;
  onPhaseStart?(event: TrainEventOf<'phase-start'>, context: CallbackContext): void | Promise<void>;
  onEpochStart?(event: TrainEventOf<'epoch-start'>, context: CallbackContext): void | Promise<void>;
  /** After every optimiser step; the weights are the new ones. */
  onStepEnd?(event: TrainEventOf<'step'>, context: CallbackContext): void | Promise<void>;
  onValidateEnd?(event: TrainEventOf<'validate-end'>, context: CallbackContext): void | Promise<void>;
  onEpochEnd?(event: TrainEventOf<'epoch-end'>, context: CallbackContext): void | Promise<void>;
  onCheckpoint?(event: TrainEventOf<'checkpoint'>, context: CallbackContext): void | Promise<void>;
  onTrainEnd?(event: TrainEventOf<'train-end'>, context: CallbackContext): void | Promise<void>;
  onError?(event: TrainEventOf<'error'>, context: CallbackContext): void | Promise<void>;
  onRunEnd?(event: TrainEventOf<'run-end'>, context: CallbackContext): void | Promise<void>;

  /** More options of the engine's next step, such as figures of every layer; null: nothing. Asked before every step. */
  stepOptions?(context: CallbackContext): Partial<TrainOptions> | null;
  /** Weights to validate and to ship in place of the network's own; null: none. The first callback that has some wins. */
  weights?(context: CallbackContext): Promise<Tensors | null>;

  /** What a checkpoint keeps of it. Asked between steps. */
  state?(context: CallbackContext): CallbackState | Promise<CallbackState>;
  /** Takes up what `state` gave, before `run-start` of a resumed run. */
  loadState?(state: CallbackState, context: CallbackContext): void | Promise<void>;
  /** The run is over, in whatever way; called once. */
  close?(): void | Promise<void>;
}
