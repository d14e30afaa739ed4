import { statSync } from 'node:fs';
import { isPictureName, scanDataset } from '@saker/dataset';
import { type PicturePlace, SakerError } from '@saker/spec';
import { expandFolders } from '../predict/files.js';

/** The pictures to measure on, and how they lie. */
export interface BenchPictures {
  readonly kind: 'files' | 'shards';
  readonly pictures: readonly PicturePlace[];
}

/**
 * The first pictures by name of a folder, labelled or not, or of anything that `saker train` takes as DATA. Shards and
 * the files that they were made of have the same names, so they give the same pictures.
 * @throws SakerError E_FILE_NOT_FOUND, E_DATA_EMPTY and those of `scanDataset`.
 */
export async function benchPictures(data: string, count: number): Promise<BenchPictures> {
  const info = statSync(data, { throwIfNoEntry: false });
  const files = info?.isDirectory() || isPictureName(data) ? expandFolders([data]) : [];
  if (files.length > 0) {
    if (!info) throw new SakerError('E_FILE_NOT_FOUND', { file: data });
    return { kind: 'files', pictures: files.slice(0, count).map((path) => ({ path })) };
  }
  const { samples } = await scanDataset(data);
  const inTars = samples.some(({ offset }) => offset !== undefined);
  return { kind: inTars ? 'shards' : 'files', pictures: samples.slice(0, count) };
}
