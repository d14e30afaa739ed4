import type { PicturePlace } from '@saker/spec';
import type { SampleFailure } from '../predictor/prediction.js';

/** A labelled picture to evaluate on. */
export interface LabelledSample extends PicturePlace {
  /** Index into the data's labels. */
  readonly label: number;
  /** Multi-label data: all of its labels, instead of `label`. */
  readonly labels?: readonly number[];
  /** How reports call it; default: its path. */
  readonly name?: string;
}

/** A picture whose prediction is wrong. */
export interface Mistake extends PicturePlace {
  readonly name: string;
  readonly truth: string;
  readonly predicted: string;
  /** Probability of the wrong label, 0..1. */
  readonly confidence: number;
  /** Probability of the true label, 0..1. */
  readonly trueConfidence: number;
}

/** One class's figures. Shares are 0..1. */
export interface ClassResult {
  readonly label: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Pictures of this class. */
  readonly support: number;
  /** Pictures predicted as this class. */
  readonly predicted: number;
}

/** How well the probability of the positive class tells the two classes apart. */
export interface BinaryResult {
  readonly positive: string;
  /** Probability from which on the positive class is told. */
  readonly threshold: number;
  /** null when the data has one class only. */
  readonly rocAuc: number | null;
  readonly averagePrecision: number | null;
}

/** A model that abstains, at its own threshold. Shares are 0..1. */
export interface SelectiveResult {
  /** Probability below which it names no class. */
  readonly threshold: number;
  /** Pictures that it answers, and their share. */
  readonly answered: number;
  readonly coverage: number;
  /** Share of right answers among those; null when it answers none. */
  readonly accuracy: number | null;
}

/** What a single-label model's probability is worth for telling right answers from wrong ones. Shares are 0..1. */
export interface RiskCoverageResult {
  /** Area under the curve of risk (share of wrong answers) over coverage (share answered); 0 is best. */
  readonly aurc: number;
  /** Thresholds that answer about 5%, 10%, ... 100% of the pictures, from the greatest to the least. */
  readonly curve: readonly {
    readonly threshold: number;
    readonly coverage: number;
    readonly accuracy: number;
  }[];
}

export interface EvaluationResult {
  /** The model's labels: the order of `confusion` and `perClass`. */
  readonly labels: readonly string[];
  /** Shares are over the pictures that could be read. */
  readonly accuracy: number;
  readonly topK: { readonly k: number; readonly accuracy: number };
  readonly macroF1: number;
  readonly weightedF1: number;
  /** Mean of -ln p(true class), in nats. */
  readonly logLoss: number;
  /** Binary models only: figures of the positive class's probability. */
  readonly binary?: BinaryResult;
  /** Models that abstain only. All other figures are over all pictures, as if it named its most probable class. */
  readonly selective?: SelectiveResult;
  /** Single-label models only. */
  readonly riskCoverage?: RiskCoverageResult;
  /** Counts: rows are true classes, columns are predicted classes. */
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly ClassResult[];
  /** Pictures that were classified. */
  readonly samples: number;
  /** Pictures that could not be read; they count nowhere else. */
  readonly failures: readonly SampleFailure[];
  /** All wrong predictions, the most confident first. */
  readonly mistakes: readonly Mistake[];
  readonly seconds: number;
  readonly imagesPerSecond: number;
}
