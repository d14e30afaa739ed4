import { dirname } from 'node:path';
import { SakerError } from '@saker/spec';
import type { PredictSamplesOptions, SampleFailure } from '../predictor/prediction.js';
import type { Predictor } from '../predictor/predictor.js';
import { matchLabels } from './match-labels.js';
import { summarize } from './summarize.js';
import type { EvaluationResult, LabelledSample } from './types.js';

export interface EvaluateOptions extends PredictSamplesOptions {
  /** The data's class names; samples' labels are indices into it. Default: they are indices into the model's labels. */
  readonly labels?: readonly string[];
  /** k of the top-k accuracy; default 5, at most the number of labels. */
  readonly topK?: number;
}

function nothingRead(samples: readonly LabelledSample[], failures: readonly SampleFailure[]): SakerError {
  const [first] = failures;
  const folder = dirname(samples[0]?.path ?? '.');
  const path = first
    ? `${folder} that can be read (${failures.length} cannot; the first: ${first.error.message.replace(/\.$/, '')})`
    : 'the samples given';
  return new SakerError('E_DATA_EMPTY', { path }, { cause: first?.error });
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
  const truth_N = matchLabels(samples, labels, predictor.labels);
  const predictions = await predictor.predictSamples(samples, running);
  if (predictions.failures.length === samples.length) throw nothingRead(samples, predictions.failures);
  return summarize(samples, truth_N, predictions, predictor.labels, topK);
}
