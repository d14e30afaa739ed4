import { type ModelMetadata, type PicturePlace, SakerError } from '@saker/spec';
import { type LabelFigures, type MultiLabelFigures, multiLabelFigures } from '../metrics/multi-label.js';
import { thresholdsOf } from '../predictor/decision.js';
import type { SampleFailure, SamplePredictions } from '../predictor/prediction.js';
import type { Predictor } from '../predictor/predictor.js';
import { type EvaluateOptions, nothingRead } from './evaluate-model.js';
import { matchLabelLists } from './match-labels.js';
import type { LabelledSample } from './types.js';

/** One label's figures. */
export interface LabelResult extends LabelFigures {
  readonly label: string;
  /** Probability from which on the label is told. */
  readonly threshold: number;
}

/** A picture with labels told wrongly. */
export interface MultiLabelMistake extends PicturePlace {
  readonly name: string;
  readonly truth: readonly string[];
  readonly predicted: readonly string[];
  /** The label that is most clearly wrong, its probability, and how far that is on the wrong side of its threshold. */
  readonly worst: string;
  readonly confidence: number;
  readonly margin: number;
}

export interface MultiLabelResult extends Omit<MultiLabelFigures, 'perLabel'> {
  readonly task: 'multi-label';
  /** The model's labels: the order of `perLabel`. */
  readonly labels: readonly string[];
  readonly perLabel: readonly LabelResult[];
  /** Pictures that were classified. */
  readonly samples: number;
  /** Pictures that could not be read; they count nowhere else. */
  readonly failures: readonly SampleFailure[];
  /** All pictures with a wrong label, the clearest first. */
  readonly mistakes: readonly MultiLabelMistake[];
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

function mistakeOf(
  { path, offset, length, name }: LabelledSample,
  truth_C: Uint8Array,
  row: Float32Array,
  labels: readonly string[],
  thresholds: readonly number[],
): MultiLabelMistake | null {
  let worst = -1;
  let margin = Number.NEGATIVE_INFINITY;
  row.forEach((p, c) => {
    const told = p >= (thresholds[c] as number);
    const off = Math.abs(p - (thresholds[c] as number));
    if (told === (truth_C[c] === 1) || off <= margin) return;
    worst = c;
    margin = off;
  });
  if (worst < 0) return null;
  const named = (has: (c: number) => boolean): string[] => labels.filter((_, c) => has(c));
  return {
    path,
    ...(offset === undefined || length === undefined ? {} : { offset, length }),
    name: name ?? path,
    truth: named((c) => truth_C[c] === 1),
    predicted: named((c) => (row[c] as number) >= (thresholds[c] as number)),
    worst: labels[worst] as string,
    confidence: row[worst] as number,
    margin,
  };
}

/** The figures of predictions that a multi-label model of this metadata made. At least one picture. */
export function measureMultiLabel(
  metadata: ModelMetadata,
  samples: readonly LabelledSample[],
  all_NC: Uint8Array,
  predictions: SamplePredictions,
): MultiLabelResult {
  const { labels } = metadata;
  const { probabilities, failures, timings } = predictions;
  const width = labels.length;
  const kept = samples.flatMap((_, i) => (probabilities[i] ? [i] : []));
  const truth_NC = new Uint8Array(kept.length * width);
  const scores_NC = new Float32Array(kept.length * width);
  const thresholds = thresholdsOf(metadata);
  const mistakes: MultiLabelMistake[] = [];
  kept.forEach((i, n) => {
    const truth_C = all_NC.subarray(i * width, (i + 1) * width);
    const row = probabilities[i] as Float32Array;
    truth_NC.set(truth_C, n * width);
    scores_NC.set(row, n * width);
    const mistake = mistakeOf(samples[i] as LabelledSample, truth_C, row, labels, thresholds);
    if (mistake) mistakes.push(mistake);
  });
  mistakes.sort((a, b) => b.margin - a.margin || (a.name < b.name ? -1 : 1));
  const { perLabel, ...figures } = multiLabelFigures(truth_NC, scores_NC, thresholds);
  return {
    task: 'multi-label',
    labels,
    ...figures,
    perLabel: perLabel.map((own, c) => ({
      label: labels[c] as string,
      ...own,
      threshold: thresholds[c] as number,
    })),
    samples: kept.length,
    failures,
    mistakes,
    seconds: timings.seconds,
    imagesPerSecond: timings.imagesPerSecond,
  };
}

/**
 * Measures a multi-label model. Pictures that cannot be read are listed in `failures` and count nowhere else.
 * @throws SakerError E_DATA_LABEL, E_DATA_EMPTY (no picture could be read), E_MODEL_RUN, E_CLOSED, E_ARG_INVALID (a model
 * that tells one class).
 */
export async function evaluateMultiLabel(
  predictor: Predictor,
  samples: readonly LabelledSample[],
  options: Omit<EvaluateOptions, 'topK'> = {},
): Promise<MultiLabelResult> {
  const { labels: dataLabels, ...running } = options;
  const { metadata, labels } = predictor;
  if (metadata.task !== 'multi-label')
    throw new SakerError('E_ARG_INVALID', {
      name: 'predictor',
      expected: 'a multi-label model (evaluateModel measures others)',
      received: `a ${metadata.task} model`,
    });
  const all_NC = matchLabelLists(samples, dataLabels, labels);
  const predictions = await predictor.predictSamples(samples, running);
  if (predictions.failures.length === samples.length) throw nothingRead(samples, predictions.failures);
  return measureMultiLabel(metadata, samples, all_NC, predictions);
}
