import type { EpochRecord, PipelineSpec, SakerError, Task } from '@saker/spec';
import type { MultiLabelResult } from '../../evaluation/evaluate-multi-label.js';
import type { EvaluationResult } from '../../evaluation/types.js';
import type { Baseline } from '../curves.js';

export type { Baseline } from '../curves.js';

/** An epoch of a run: what the model file records of it, and how fast it went. */
export interface TrainedEpoch extends EpochRecord {
  readonly metrics: Readonly<Record<string, number>>;
  readonly imagesPerSecond: number;
  readonly seconds: number;
}

/** What a run's report is made of. Names and paths are shown as they are; the page escapes them. */
export interface TrainingReportInput {
  readonly task: Task;
  readonly epochs: readonly TrainedEpoch[];
  /** Epochs that the run was planned to have. */
  readonly planned: number;
  /** How far it is, in a sentence. */
  readonly state: string;
  /** Name of the metric that decides which epoch is the best. */
  readonly monitor: string;
  /** The best validated epoch; 0: none yet. */
  readonly best: number;
  /** The figures of averaged weights that are shipped in place of the best epoch's. */
  readonly averaged?: { readonly value: number; readonly valAccuracy: number } | undefined;
  readonly baselines: readonly Baseline[];
  readonly counts: { readonly train: number; readonly val: number; readonly test: number };
  readonly model: {
    readonly name: string;
    readonly path: string;
    readonly hash?: string | undefined;
    /** What to do with it: what it is for, and a line for the shell. */
    readonly commands: readonly { readonly purpose: string; readonly line: string }[];
  };
  /** The data's path, and its hash. */
  readonly data: { readonly path: string; readonly hash: string };
  /** Of the shipped model on the validation pictures; null: not at hand. */
  readonly evaluation: EvaluationResult | MultiLabelResult | null;
  /** What the gradient report told of; null: it was not asked for. */
  readonly gradientWarnings: readonly string[] | null;
  /** What else the run had to say. */
  readonly notes: readonly string[];
  readonly failures: readonly { readonly path: string; readonly error: SakerError }[];
  /** Name and value of what the run took and ran on. */
  readonly machine: readonly (readonly [name: string, value: string])[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly pipelines: { readonly eval: PipelineSpec; readonly train: PipelineSpec };
  /** Default: now. */
  readonly createdAt?: Date;
}
