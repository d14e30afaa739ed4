import { SakerError } from '@saker/spec';
import type { LabelledSample } from './types.js';

/** Labels listed in an error message before it says "and N more". */
const LISTED = 12;

function listed(labels: readonly string[]): string {
  const more = labels.length - LISTED;
  return more > 0 ? `${labels.slice(0, LISTED).join(', ')} and ${more} more` : labels.join(', ');
}

/**
 * Which labels each picture has, [N, C] of 0 and 1 in the model's order; labels are matched by name as `matchLabels` does.
 * @throws SakerError E_DATA_LABEL for a label that the model lacks.
 */
export function matchLabelLists(
  samples: readonly LabelledSample[],
  dataLabels: readonly string[] | undefined,
  modelLabels: readonly string[],
): Uint8Array {
  const truth_NC = new Uint8Array(samples.length * modelLabels.length);
  samples.forEach((sample, i) => {
    const own = (sample.labels ?? [sample.label]).map((label) => ({ ...sample, label }));
    for (const label of matchLabels(own, dataLabels, modelLabels))
      truth_NC[i * modelLabels.length + label] = 1;
  });
  return truth_NC;
}

/**
 * Each sample's class as an index into the model's labels. The data's classes are matched by name, so that their order
 * does not matter; without names, a sample's label is the model's index already.
 * @throws SakerError E_DATA_LABEL for a class that has samples and that the model lacks.
 */
export function matchLabels(
  samples: readonly LabelledSample[],
  dataLabels: readonly string[] | undefined,
  modelLabels: readonly string[],
): Int32Array {
  const index = new Map(modelLabels.map((label, i) => [label, i]));
  return Int32Array.from(samples, ({ label, path }) => {
    const name = dataLabels?.[label];
    const own = dataLabels ? (name === undefined ? undefined : index.get(name)) : label;
    if (own === undefined || !(own >= 0 && own < modelLabels.length))
      throw new SakerError('E_DATA_LABEL', { label: name ?? label, path, labels: listed(modelLabels) });
    return own;
  });
}
