import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isHiddenName, isPictureName } from '@saker/dataset';

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
