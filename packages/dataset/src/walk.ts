import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SakerError } from '@saker/spec';
import { isHiddenName, isPictureName } from './names.js';

/** One file met by `walkPictures`. */
export interface FoundFile {
  /** Path below the walked folder, with `/`. */
  readonly name: string;
  readonly path: string;
}

/** What a folder holds, one level deep, links followed. */
export interface Listing {
  readonly folders: string[];
  readonly files: string[];
  readonly hidden: number;
}

async function kindOf(entry: Dirent, path: string): Promise<'folder' | 'file' | 'none'> {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return 'none';
  const target = await stat(path).catch(() => null);
  return target?.isDirectory() ? 'folder' : target?.isFile() ? 'file' : 'none';
}

/**
 * Lists one folder. Only symbolic links are stat'ed; everything else is known from the directory entry.
 * @throws SakerError E_FILE_READ.
 */
export async function list(folder: string): Promise<Listing> {
  const listing: Listing & { hidden: number } = { folders: [], files: [], hidden: 0 };
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      const kind = isHiddenName(entry.name) ? 'none' : await kindOf(entry, join(folder, entry.name));
      if (kind === 'folder') listing.folders.push(entry.name);
      else if (kind === 'file') listing.files.push(entry.name);
      else listing.hidden += 1;
    }
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SakerError('E_FILE_READ', { file: folder, detail }, { cause });
  }
  return listing;
}

/**
 * Calls `found` for each picture under a folder, at any depth, and returns how many other files it passed over.
 * A folder that is its own ancestor through a symbolic link is entered once.
 */
export async function walkPictures(
  folder: string,
  found: (file: FoundFile) => void,
  prefix = '',
  ancestors: ReadonlySet<string> = new Set(),
): Promise<number> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const identity = `${dev}:${ino}`;
  if (ancestors.has(identity)) return 0;
  const listing = await list(folder);
  let ignored = listing.hidden;
  for (const name of listing.files) {
    if (isPictureName(name)) found({ name: prefix + name, path: join(folder, name) });
    else ignored += 1;
  }
  const inner = new Set(ancestors).add(identity);
  for (const name of listing.folders)
    ignored += await walkPictures(join(folder, name), found, `${prefix}${name}/`, inner);
  return ignored;
}
