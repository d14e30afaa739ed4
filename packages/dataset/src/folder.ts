import { join } from 'node:path';
import { splitOf } from './names.js';
import type { Split } from './types.js';
import { type Listing, list, walkPictures } from './walk.js';

/** A picture before its size is known. */
export interface Entry {
  readonly path: string;
  readonly name: string;
  readonly label: string;
  /** Of multi-label data, instead of `label`. */
  readonly labels?: readonly string[];
  readonly split: Split | null;
  /** Where in the file it lies; absent when it is the whole file. */
  readonly offset?: number;
  readonly length?: number;
}

/** What a scan of any kind of DATA yields. */
export interface Entries {
  readonly entries: Entry[];
  /** Every class met, those without pictures included. */
  readonly classes: ReadonlySet<string>;
  /** All of `classes` in an order of their own; absent: by code point. */
  readonly classOrder?: readonly string[];
  readonly ignored: number;
  /** Rows whose labels are unknown. */
  readonly unlabelled?: number;
}

/** Adds one folder of class folders. */
async function scanClasses(
  into: { entries: Entry[]; classes: Set<string>; ignored: number },
  folder: string,
  listing: Listing,
  prefix: string,
  split: Split | null,
): Promise<void> {
  into.ignored += listing.hidden + listing.files.length;
  for (const label of listing.folders) {
    into.classes.add(label);
    into.ignored += await walkPictures(
      join(folder, label),
      (file) => into.entries.push({ path: file.path, name: file.name, label, split }),
      `${prefix}${label}/`,
    );
  }
}

/**
 * The folders that are splits, or null for a folder of class folders. A class may be called "train" (the vehicle), so
 * split names count only when they come in pairs or alone, and when each of them holds folders.
 */
async function splitFolders(folder: string, top: Listing): Promise<Map<string, Listing> | null> {
  const named = top.folders.filter((name) => splitOf(name) !== null);
  const kinds = new Set(named.map(splitOf));
  if (named.length === 0 || (kinds.size < 2 && named.length < top.folders.length)) return null;
  const listings = new Map<string, Listing>();
  for (const name of named) {
    const listing = await list(join(folder, name));
    if (listing.folders.length === 0) return null;
    listings.set(name, listing);
  }
  return listings;
}

/**
 * Scans DATA/<class>/... or DATA/<split>/<class>/...; folders inside a class folder belong to the class.
 * @throws SakerError E_FILE_READ.
 */
export async function scanFolder(folder: string): Promise<Entries> {
  const found = { entries: [] as Entry[], classes: new Set<string>(), ignored: 0 };
  const top = await list(folder);
  const splits = await splitFolders(folder, top);
  if (!splits) {
    await scanClasses(found, folder, top, '', null);
    return found;
  }
  found.ignored += top.hidden + top.files.length + (top.folders.length - splits.size);
  for (const [name, listing] of splits)
    await scanClasses(found, join(folder, name), listing, `${name}/`, splitOf(name));
  return found;
}
