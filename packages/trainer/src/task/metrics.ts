/** What validation measures of each task, by the names that monitors and logs use. */
import {
  accuracy,
  argMax,
  averagePrecision,
  bestThreshold,
  binaryLogLoss,
  confusionMatrix,
  logLoss,
  macroF1,
  multiLabelFigures,
  perClass,
  rocAuc,
} from '@saker/evaluate';
import type { Task } from '@saker/spec';

export interface TaskFigures {
  /** Share of pictures with everything right (multi-label: every label). */
  readonly accuracy: number;
  /** Mean cross-entropy, or binary cross-entropy of every label, in nats; without smoothing and weights. */
  readonly loss: number;
  /** Further figures by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of each label (binary: of the positive class) that with the best F1 on these pictures; null for single-label. */
  readonly thresholds: readonly number[] | null;
}

/** The metric that decides which epoch is the best, where the configuration names none. */
export const PRIMARY_METRIC: Readonly<Record<'single' | 'multi' | 'binary', string>> = {
  single: 'valAccuracy',
  multi: 'valMAP',
  binary: 'valRocAuc',
};

/** Figures of every run that a monitor may name, and those of each task. */
const RUN_METRICS = ['valAccuracy', 'valLoss', 'trainAccuracy', 'trainLoss'] as const;
const TASK_METRICS: Readonly<Record<keyof typeof PRIMARY_METRIC, readonly string[]>> = {
  single: ['valMacroF1'],
  multi: ['valMAP', 'valMicroF1', 'valMacroF1', 'valHammingLoss'],
  binary: ['valRocAuc', 'valAveragePrecision', 'valF1'],
};

/** What a run of the task measures in every epoch, by name. */
export const metricsOf = (task: keyof typeof PRIMARY_METRIC): readonly string[] => [
  ...RUN_METRICS,
  ...TASK_METRICS[task],
];

function single(truth: readonly number[], rows: readonly Float32Array[], width: number): TaskFigures {
  const scores_NC = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    scores_NC.set(row, i * width);
  });
  const guesses = rows.map((row) => argMax(row));
  const figures = perClass(confusionMatrix(truth, guesses, width));
  return {
    accuracy: accuracy(truth, guesses),
    loss: logLoss(truth, scores_NC, width),
    metrics: { valMacroF1: macroF1(figures) },
    thresholds: null,
  };
}

function binary(truth: readonly number[], rows: readonly Float32Array[]): TaskFigures {
  const scores = rows.map((row) => row[1] as number);
  const { threshold, f1 } = bestThreshold(truth, scores);
  const guesses = scores.map((p) => Number(p >= threshold));
  return {
    accuracy: accuracy(truth, guesses),
    loss: binaryLogLoss(truth, scores),
    metrics: {
      valRocAuc: rocAuc(truth, scores),
      valAveragePrecision: averagePrecision(truth, scores),
      valF1: f1,
    },
    thresholds: [threshold],
  };
}

function multi(
  truth: readonly (readonly number[])[],
  rows: readonly Float32Array[],
  width: number,
): TaskFigures {
  const truth_NC = new Uint8Array(rows.length * width);
  const scores_NC = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    scores_NC.set(row, i * width);
    for (const label of truth[i] ?? []) truth_NC[i * width + label] = 1;
  });
  const column = (of: ArrayLike<number>, c: number): number[] =>
    rows.map((_, i) => of[i * width + c] as number);
  const thresholds = Array.from(
    { length: width },
    (_, c) => bestThreshold(column(truth_NC, c), column(scores_NC, c)).threshold,
  );
  const figures = multiLabelFigures(truth_NC, scores_NC, thresholds);
  return {
    accuracy: figures.subsetAccuracy,
    loss: figures.logLoss,
    metrics: {
      valMAP: figures.mAP,
      valMicroF1: figures.microF1,
      valMacroF1: figures.macroF1,
      valHammingLoss: figures.hammingLoss,
    },
    thresholds,
  };
}

/** Figures of probabilities against the truth; at least one picture. */
export function taskFigures(
  task: Task,
  truth: readonly (readonly number[])[],
  rows: readonly Float32Array[],
  width: number,
): TaskFigures {
  if (task === 'multi-label') return multi(truth, rows, width);
  const one = truth.map(([label]) => label as number);
  return task === 'binary' ? binary(one, rows) : single(one, rows, width);
}
