import { stat } from 'node:fs/promises';
import { SakerError } from '@saker/spec';
import { walkPictures } from './walk.js';

/**
 * The pictures under a folder, at any depth, whatever its folders are called; in the order of their names below it.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_DATA_EMPTY.
 */
export async function pictureFiles(folder: string): Promise<{ readonly path: string }[]> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new SakerError('E_FILE_NOT_FOUND', { file: folder });
  const files: { name: string; path: string }[] = [];
  await walkPictures(folder, ({ name, path }) => files.push({ name, path }));
  if (files.length === 0) throw new SakerError('E_DATA_EMPTY', { path: folder });
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return files.map(({ path }) => ({ path }));
}
