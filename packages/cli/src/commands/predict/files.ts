import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageInput } from '@saker/core-native';
import { isHiddenName, isPictureName, pictureInput, shardPictures } from '@saker/dataset';
import { describePicture } from '@saker/spec';

/** Folders are replaced by the picture files below them (by extension, as when data are scanned), sorted by name; other paths stay, missing ones too. */
export function expandFolders(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isPictureName(entry.name) && !isHiddenName(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
}

/** A picture to classify, and what its row is called. */
export interface PictureArgument {
  readonly file: string;
  readonly input: ImageInput;
}

/**
 * The pictures that the arguments stand for: files, those of folders, those in tars.
 * @throws SakerError E_DATA_TAR, E_DATA_SHARDS, E_FILE_READ, E_FILE_NOT_FOUND (of a pattern with braces).
 */
export async function pictureArguments(paths: readonly string[]): Promise<PictureArgument[]> {
  const found: PictureArgument[] = [];
  for (const path of paths) {
    const inTars = statSync(path, { throwIfNoEntry: false })?.isDirectory()
      ? null
      : await shardPictures(path);
    if (inTars) {
      found.push(...inTars.map((place) => ({ file: describePicture(place), input: pictureInput(place) })));
    } else found.push(...expandFolders([path]).map((file) => ({ file, input: file })));
  }
  return found;
}
