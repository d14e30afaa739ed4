import { dirname } from 'node:path';
import { type ModelMetadata, SakerError } from '@saker/spec';
import { averagePrecision } from '../metrics/average-precision.js';
import { rocAuc } from '../metrics/roc-auc.js';
import { decisionOf, thresholdsOf } from '../predictor/decision.js';
import type { PredictSamplesOptions, SampleFailure, SamplePredictions } from '../predictor/prediction.js';
import type { Predictor } from '../predictor/predictor.js';
import { argMax } from '../predictor/top-k.js';
import { matchLabels } from './match-labels.js';
import { selectiveFigures } from './selective.js';
import { summarize } from './summarize.js';
import type { BinaryResult, EvaluationResult, LabelledSample } from './types.js';

export interface EvaluateOptions extends PredictSamplesOptions {
  /** The data's class names; samples' labels are indices into it. Default: they are indices into the model's labels. */
  readonly labels?: readonly string[];
  /** k of the top-k accuracy; default 5, at most the number of labels. */
  readonly topK?: number;
}

/** The error of an evaluation of which no picture could be read. */
export function nothingRead(
  samples: readonly LabelledSample[],
  failures: readonly SampleFailure[],
): SakerError {
  const [first] = failures;
  const folder = dirname(samples[0]?.path ?? '.');
  const path = first
    ? `${folder} that can be read (${failures.length} cannot; the first: ${first.error.message.replace(/\.$/, '')})`
    : 'the samples given';
  return new SakerError('E_DATA_EMPTY', { path }, { cause: first?.error });
}

function binaryResult(
  metadata: ModelMetadata,
  truth_N: ArrayLike<number>,
  { probabilities }: SamplePredictions,
): BinaryResult {
  const truth: number[] = [];
  const scores: number[] = [];
  probabilities.forEach((row, i) => {
    if (!row) return;
    truth.push(truth_N[i] as number);
    scores.push(row[1] as number);
  });
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return {
    positive: metadata.labels[1] as string,
    threshold: thresholdsOf(metadata)[0] as number,
    rocAuc: orNull(rocAuc(truth, scores)),
    averagePrecision: orNull(averagePrecision(truth, scores)),
  };
}

/** The figures of predictions that a model of this metadata made, which tells one class. At least one picture. */
export function measureOneLabel(
  metadata: ModelMetadata,
  samples: readonly LabelledSample[],
  truth_N: ArrayLike<number>,
  predictions: SamplePredictions,
  topK: number,
): EvaluationResult {
  const { decide } = decisionOf(metadata);
  const result = summarize(
    samples,
    truth_N,
    predictions,
    metadata.labels,
    topK,
    // A model that abstains is measured on all pictures, by what it would have named.
    (p) => decide(p)[0] ?? argMax(p),
  );
  return metadata.task === 'binary'
    ? { ...result, binary: binaryResult(metadata, truth_N, predictions) }
    : { ...result, ...selectiveFigures(metadata, truth_N, predictions) };
}

/**
 * Measures a model on labelled pictures. Pictures that cannot be read are listed in `failures` and count nowhere else.
 * @throws SakerError E_DATA_LABEL, E_DATA_EMPTY (no picture could be read), E_MODEL_RUN, E_CLOSED, E_ARG_INVALID.
 */
export async function evaluateModel(
  predictor: Predictor,
  samples: readonly LabelledSample[],
  options: EvaluateOptions = {},
): Promise<EvaluationResult> {
  const { labels, topK = 5, ...running } = options;
  if (!Number.isInteger(topK) || topK < 1)
    throw new SakerError('E_ARG_INVALID', {
      name: 'topK',
      expected: 'a whole number from 1',
      received: topK,
    });
  const { metadata } = predictor;
  if (metadata.task === 'multi-label')
    throw new SakerError('E_ARG_INVALID', {
      name: 'predictor',
      expected: 'a model that tells one class (evaluateMultiLabel measures others)',
      received: 'a multi-label model',
    });
  const truth_N = matchLabels(samples, labels, predictor.labels);
  const predictions = await predictor.predictSamples(samples, running);
  if (predictions.failures.length === samples.length) throw nothingRead(samples, predictions.failures);
  return measureOneLabel(metadata, samples, truth_N, predictions, topK);
}
