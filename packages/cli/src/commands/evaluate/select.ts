/** Which labelled pictures `saker evaluate` measures on. */
import {
  checkSamples,
  type Dataset,
  datasetForTask,
  ownSplits,
  type Sample,
  selectSplit,
  splitDataset,
} from '@saker/dataset';
import { type ModelMetadata, parseRunConfig, SakerError } from '@saker/spec';
import type { EvaluateFlags } from './command.js';

/** A model file's task as data is brought into form for it; a binary model measures any two of its own labels. */
const DATA_TASK = { 'single-label': 'single', 'multi-label': 'multi', binary: 'single' } as const;

export interface Selection {
  /** The data in the form of the model's task: the order of `Sample.label`. */
  readonly classes: readonly string[];
  readonly split: string;
  readonly samples: readonly Sample[];
  /** Pictures left out because their headers cannot be read. */
  readonly failures: readonly { readonly path: string; readonly error: SakerError }[];
}

/**
 * The split that the model was trained with, cut again from the same data.
 * @throws SakerError E_DATA_SPLIT when the model's provenance does not describe this data.
 */
function trainingSplit(
  dataset: Dataset,
  samples: readonly Sample[],
  split: 'train' | 'val' | 'test',
  metadata: ModelMetadata,
): readonly Sample[] {
  const { config, dataHash } = metadata.provenance ?? { config: null, dataHash: null };
  const own = ownSplits(dataset);
  if (!config || dataHash !== dataset.hash) {
    throw new SakerError('E_DATA_SPLIT', {
      path: dataset.root,
      split,
      available: `${[...own, 'all'].join(', ')}; and it is not the data the model was trained on`,
    });
  }
  const { valFraction, testFraction, seed } = parseRunConfig({
    model: 'model',
    data: dataset.root,
    ...Object.fromEntries(
      ['valFraction', 'testFraction', 'seed'].filter((k) => k in config).map((key) => [key, config[key]]),
    ),
  });
  return splitDataset({ ...dataset, samples }, { valFraction, testFraction, seed })[split];
}

/**
 * Without --split: the data's own test part, else its own val part, else everything.
 * @throws SakerError E_DATA_EMPTY, E_DATA_SPLIT, E_DATA_TASK and what checking the pictures throws.
 */
export async function selectSamples(
  scanned: Dataset,
  flags: Pick<EvaluateFlags, 'split'>,
  metadata: ModelMetadata,
): Promise<Selection> {
  const dataset = await datasetForTask(scanned, DATA_TASK[metadata.task]);
  const own = ownSplits(dataset);
  const split = flags.split ?? (own.includes('test') ? 'test' : own.includes('val') ? 'val' : 'all');
  const { good, bad } = await checkSamples(dataset.samples);
  const checked = { ...dataset, samples: good };
  const samples =
    split === 'all' || own.includes(split)
      ? selectSplit(checked, split)
      : trainingSplit(dataset, good, split, metadata);
  const inSplit = (sample: Sample): boolean => split === 'all' || sample.split === split;
  const failures = bad
    .filter(({ sample }) => inSplit(sample))
    .map(({ path, error }) => ({ path, error: SakerError.from(error) }));
  if (samples.length === 0) throw new SakerError('E_DATA_EMPTY', { path: dataset.root });
  return { classes: dataset.classes, split, samples, failures };
}
