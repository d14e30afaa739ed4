import type { SakerError } from '@saker/spec';
import type { Guess } from './top-k.js';

/** Milliseconds that a call took; shared by all the items of the call. */
export interface PredictTimings {
  /** Reading, decoding and the eval pipeline. */
  readonly pixelsMs: number;
  /** ONNX Runtime. */
  readonly inferenceMs: number;
  readonly totalMs: number;
}

/** A picture that was classified. */
export interface GoodPrediction {
  readonly ok: true;
  /** One for each label; summing to 1, but not of a multi-label model. */
  readonly probabilities: Float32Array;
  /**
   * What the graph gave: logits or probabilities, as the metadata's `output` says; one row of labels for each view (of a binary
   * model, which gives one score z, 0 and z, whose softmax is its sigmoid). A
   * view of memory that the predictions of the call share.
   */
  readonly scores: Float32Array;
  /**
   * The class told; of a multi-label model the most probable label, whether told or not. null when the model abstains:
   * the most probable class is then the first of `topK`.
   */
  readonly label: string | null;
  /** Index into the model's labels; null as `label`. */
  readonly index: number | null;
  /** Probability of the class told, or of the most probable one. */
  readonly confidence: number;
  /** Whether no class reaches the threshold of the metadata's `abstain`. */
  readonly abstained: boolean;
  /**
   * All labels told, most probable first: of a multi-label model those that reach their thresholds, none when the model
   * abstains, else one.
   */
  readonly labels: readonly Guess[];
  /** Most probable first. */
  readonly topK: readonly Guess[];
  readonly timings: PredictTimings;
}

/** A picture that could not be classified, and why. The others of the call are not touched by it. */
export interface FailedPrediction {
  readonly ok: false;
  readonly error: SakerError;
}

export type Prediction = GoodPrediction | FailedPrediction;

export interface PredictOptions {
  /** Guesses in `topK`; default 5, at most the number of labels. */
  readonly topK?: number;
}

/** What `predictSamples` gives. */
export interface SamplePredictions {
  /** One for each sample in the order given; null where the picture failed. Views of one block of memory. */
  readonly probabilities: readonly (Float32Array | null)[];
  /** In the order given. */
  readonly failures: readonly SampleFailure[];
  readonly timings: {
    readonly seconds: number;
    readonly imagesPerSecond: number;
    /** Time ONNX Runtime computed. */
    readonly inferenceMs: number;
    /** Time it waited for pixels. */
    readonly waitMs: number;
  };
}

export interface SampleFailure {
  /** Position among the samples given. */
  readonly index: number;
  /** What to call it: its path, or in a tar its name and the tar's path. */
  readonly path: string;
  readonly error: SakerError;
}

export interface PredictSamplesOptions {
  /** Default 32. */
  readonly batchSize?: number;
  /** Threads that decode; default: one for each core. */
  readonly threads?: number;
  /** Called after each batch with the number of samples done and the number in all. */
  readonly onProgress?: (done: number, total: number) => void;
}
