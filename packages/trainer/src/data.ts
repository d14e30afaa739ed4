/** The labelled pictures of a run: scanned, checked, split. */
import {
  checkSamples,
  type Dataset,
  datasetForTask,
  missingClasses,
  type Splits,
  scanDataset,
  splitDataset,
} from '@saker/dataset';
import { type ErrorJson, type PicturePlace, type RunConfig, SakerError } from '@saker/spec';
import type { TrainEvent } from './events.js';

export interface LabelledPicture extends PicturePlace {
  readonly label: number;
  /** Multi-label data: all of its labels, ascending. */
  readonly labels?: readonly number[];
}

export interface RunData {
  readonly task: NonNullable<RunConfig['task']>;
  readonly classes: readonly string[];
  readonly train: readonly LabelledPicture[];
  readonly val: readonly LabelledPicture[];
  readonly test: readonly LabelledPicture[];
  readonly hash: string;
  /** Pictures left out so far; grows when training finds damage that a header does not show. */
  readonly rejected: { readonly path: string; readonly error: ErrorJson }[];
}

const LISTED = 8;
const listed = (names: readonly string[]): string =>
  names.length > LISTED
    ? `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`
    : names.join(', ');

/** What a user should know about the data before the run. */
function notesOn(dataset: Dataset, splits: Splits): string[] {
  const notes: string[] = [];
  const { unlabelled } = dataset;
  if (unlabelled > 0) notes.push(`${unlabelled} rows have unknown labels and are left out`);
  const none = splits.train.filter(({ labels }) => labels?.length === 0).length;
  if (none > 0)
    notes.push(`${none} training pictures have no label: they are learned as examples of no class`);
  for (const { split, classes } of missingClasses(dataset, splits))
    notes.push(
      `the ${split} split has no picture of ${listed(classes)}: ${split === 'train' ? 'it cannot be learned' : 'figures on it leave that out'}`,
    );
  return notes;
}

/**
 * Scans and splits the data; pictures whose headers cannot be read are reported and left out.
 * @throws SakerError of the E_DATA_ family, E_FILE_NOT_FOUND.
 */
export async function openData(config: RunConfig, emit: (event: TrainEvent) => void): Promise<RunData> {
  const scanned = await scanDataset(
    config.data,
    config.labelSeparator === undefined ? {} : { labelSeparator: config.labelSeparator },
  );
  const task = config.task ?? (scanned.multiLabel ? 'multi' : 'single');
  const dataset = await datasetForTask(scanned, task, config.positive);
  const { good, bad } = await checkSamples(
    dataset.samples,
    config.threads === undefined ? {} : { threads: config.threads },
  );
  const rejected = bad.map(({ path, error }) => ({ path, error: SakerError.from(error).toJSON() }));
  for (const { path, error } of rejected) emit({ type: 'sample-rejected', path, error, during: 'scan' });
  const usable = { ...dataset, samples: good };
  const splits = splitDataset(usable, {
    valFraction: config.valFraction,
    testFraction: config.testFraction,
    seed: config.seed,
  });
  for (const message of notesOn(usable, splits)) emit({ type: 'note', by: 'data', message });
  return { task, classes: dataset.classes, ...splits, hash: dataset.hash, rejected };
}
