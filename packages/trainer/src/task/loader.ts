/** The training pictures as a loader takes them. */
import type { LoaderOptions } from '@saker/core-native';
import type { RunData } from '../data.js';
import type { PlannedBalance } from './balance.js';

export function taskLoaderOptions(
  data: RunData,
  { sampleWeights }: PlannedBalance,
): Pick<LoaderOptions, 'samples' | 'weights' | 'numClasses'> {
  return {
    samples: data.train.map(({ labels, label, ...place }, id) =>
      labels ? { ...place, label: 0, labelList: labels, id } : { ...place, label, id },
    ),
    ...(sampleWeights ? { weights: sampleWeights } : {}),
    numClasses: data.classes.length,
  };
}
