/** The labelled pictures of a run: scanned, checked, split. */
import { checkSamples, scanDataset, splitDataset } from '@saker/dataset';
import { type ErrorJson, type PicturePlace, type RunConfig, SakerError } from '@saker/spec';
import type { TrainEvent } from './events.js';

export interface LabelledPicture extends PicturePlace {
  readonly label: number;
}

export interface RunData {
  readonly classes: readonly string[];
  readonly train: readonly LabelledPicture[];
  readonly val: readonly LabelledPicture[];
  readonly test: readonly LabelledPicture[];
  readonly hash: string;
  /** Pictures left out so far; grows when training finds damage that a header does not show. */
  readonly rejected: { readonly path: string; readonly error: ErrorJson }[];
}

/**
 * Scans and splits the data; pictures whose headers cannot be read are reported and left out.
 * @throws SakerError of the E_DATA_ family, E_FILE_NOT_FOUND.
 */
export async function openData(config: RunConfig, emit: (event: TrainEvent) => void): Promise<RunData> {
  const dataset = await scanDataset(config.data);
  const { good, bad } = await checkSamples(
    dataset.samples,
    config.threads === undefined ? {} : { threads: config.threads },
  );
  const rejected = bad.map(({ path, error }) => ({ path, error: SakerError.from(error).toJSON() }));
  for (const { path, error } of rejected) emit({ type: 'sample-rejected', path, error, during: 'scan' });
  const { train, val, test } = splitDataset(
    { ...dataset, samples: good },
    { valFraction: config.valFraction, testFraction: config.testFraction, seed: config.seed },
  );
  return { classes: dataset.classes, train, val, test, hash: dataset.hash, rejected };
}
