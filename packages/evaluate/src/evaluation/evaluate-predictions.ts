import { type ModelMetadata, SakerError } from '@saker/spec';
import type { SamplePredictions } from '../predictor/prediction.js';
import { measureOneLabel } from './evaluate-model.js';
import { type MultiLabelResult, measureMultiLabel } from './evaluate-multi-label.js';
import { matchLabelLists, matchLabels } from './match-labels.js';
import type { EvaluationResult, LabelledSample } from './types.js';

const TOP_K = 5;

/**
 * What `evaluateModel` and `evaluateMultiLabel` give, of predictions that are there already. The samples' labels are indices
 * into the metadata's.
 * @throws SakerError E_DATA_LABEL; E_DATA_EMPTY when no picture could be read.
 */
export function evaluatePredictions(
  metadata: ModelMetadata,
  samples: readonly LabelledSample[],
  predictions: SamplePredictions,
): EvaluationResult | MultiLabelResult {
  if (!predictions.probabilities.some(Boolean))
    throw new SakerError('E_DATA_EMPTY', { path: 'the samples given' });
  const { task, labels } = metadata;
  return task === 'multi-label'
    ? measureMultiLabel(metadata, samples, matchLabelLists(samples, undefined, labels), predictions)
    : measureOneLabel(metadata, samples, matchLabels(samples, undefined, labels), predictions, TOP_K);
}
