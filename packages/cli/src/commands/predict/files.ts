import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PICTURE = /\.(jpe?g|png)$/i;

/** Folders are replaced by the JPEG and PNG files below them, sorted by name; other paths stay, missing ones too. */
export function expandFolders(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && PICTURE.test(entry.name) && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
}
