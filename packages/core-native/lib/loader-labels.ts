/** What a loader's samples are, and how often they come, in the form the addon reads. */
import { refuse, whole } from './checks.js';
import type { LoaderSample } from './loader-options.js';

/** Most columns of `Batch.targets`. */
export const MAX_CLASSES = 1 << 20;

/** The classes of all samples, one list behind the other; null when samples have one label each. */
export function labelLists(
  samples: readonly LoaderSample[],
): { readonly labelOffsets: Int32Array; readonly labelLists: Int32Array } | null {
  const first = samples.findIndex((sample) => sample.labelList !== undefined);
  if (first < 0) return null;
  const labelOffsets = new Int32Array(samples.length + 1);
  const all: number[] = [];
  samples.forEach(({ labelList }, i) => {
    const name = `samples[${i}].labelList`;
    if (!Array.isArray(labelList)) refuse(name, 'a list of classes, as other samples have', labelList);
    for (const [at, label] of (labelList as number[]).entries())
      all.push(whole(`${name}[${at}]`, label, 0, MAX_CLASSES - 1));
    labelOffsets[i + 1] = all.length;
  });
  return { labelOffsets, labelLists: Int32Array.from(all) };
}

/** The weights of the samples; null when each comes once. */
export function sampleWeights(
  weights: readonly number[] | undefined,
  count: number,
  shuffle: boolean,
): Float64Array | null {
  if (weights === undefined) return null;
  if (!Array.isArray(weights) || weights.length !== count)
    refuse('weights', `${count} numbers, one for each sample`, weights);
  if (!shuffle) refuse('weights', 'none without shuffle', weights);
  const bad = weights.findIndex((w) => typeof w !== 'number' || !Number.isFinite(w) || w < 0);
  if (bad >= 0) refuse(`weights[${bad}]`, 'a number from 0', weights[bad]);
  if (count > 0 && !weights.some((w) => w > 0)) refuse('weights', 'at least one above 0', weights);
  return Float64Array.from(weights);
}
