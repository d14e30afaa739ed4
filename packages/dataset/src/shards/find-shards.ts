/** Which tars DATA stands for, and which split each belongs to. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { SakerError } from '@saker/spec';
import { compareCodePoints, splitOf } from '../names.js';
import type { Split } from '../types.js';
import { type Listing, list } from '../walk.js';
import { expandBraces, hasBraces } from './braces.js';
import { readJob } from './class-names.js';

/** One tar of DATA. */
export interface ShardFile {
  readonly path: string;
  /** Below the root, with `/`. */
  readonly name: string;
  readonly split: Split | null;
}

export interface FoundShards {
  readonly root: string;
  readonly shards: readonly ShardFile[];
  /** Files that are no tars. */
  readonly ignored: number;
}

const TAR = /\.tar$/i;
const PACKED = /\.(tgz|tar\.(gz|bz2|xz|zst))$/i;
const TENSORS = /\.(npy|npz|safetensors)$/i;

/** The split that a word of the name says, as in "imagenet-train-000012.tar"; null when none does or several do. */
export function splitOfShard(name: string): Split | null {
  const words = basename(name)
    .replace(TAR, '')
    .split(/[^A-Za-z]+/);
  const splits = new Set(words.map(splitOf).filter((split) => split !== null));
  const [only] = splits;
  return splits.size === 1 ? (only ?? null) : null;
}

function refuse(path: string, detail: string): never {
  throw new SakerError('E_DATA_SHARDS', { path, detail });
}

function shardFiles(root: string, paths: readonly string[], folderSplit: Split | null = null): ShardFile[] {
  const shards = paths.map((path) => {
    const name = relative(root, path).split(sep).join('/');
    return { path, name, split: folderSplit ?? splitOfShard(name) };
  });
  return shards.sort((a, b) => compareCodePoints(a.name, b.name));
}

const tarsOf = (folder: string, listing: Listing): string[] =>
  listing.files.filter((name) => TAR.test(name)).map((name) => join(folder, name));

async function pattern(path: string): Promise<FoundShards> {
  const files = expandBraces(path);
  for (const file of files) {
    const info = await stat(file).catch(() => null);
    if (!info?.isFile()) throw new SakerError('E_FILE_NOT_FOUND', { file });
    if (!TAR.test(file)) refuse(file, 'a pattern stands for .tar files');
  }
  if (new Set(files).size < files.length) refuse(path, 'it names a file twice');
  const folders = new Set(files.map(dirname));
  const [first = '.'] = folders;
  // One folder up where the pattern names several folders, such as {train,val}/0.tar.
  const root = folders.size === 1 ? first : dirname(first);
  const inFolder = (file: string): Split | null =>
    folders.size === 1 ? null : splitOf(basename(dirname(file)));
  return { root, shards: files.flatMap((file) => shardFiles(root, [file], inFolder(file))), ignored: 0 };
}

/** Folders train/, val/, test/ of tars; null when they are something else. */
async function splitFolders(root: string, top: Listing): Promise<FoundShards | null> {
  const shards: ShardFile[] = [];
  let ignored = top.files.length + top.hidden;
  for (const name of top.folders) {
    const split = splitOf(name);
    const listing = await list(join(root, name));
    const tars = split === null ? [] : tarsOf(join(root, name), listing);
    ignored += listing.files.length + listing.hidden - tars.length;
    shards.push(...shardFiles(root, tars, split));
  }
  return shards.length > 0 ? { root, shards, ignored } : null;
}

async function folder(root: string): Promise<FoundShards | null> {
  const top = await list(root);
  const tars = tarsOf(root, top);
  const job = await readJob(root);
  if (job && job.format !== 'webdataset') {
    const wanted =
      'tensors for other programs to read; to train here, write pictures with --format webdataset';
    refuse(root, `${job.format} shards hold ${wanted}`);
  }
  if (job && tars.length < job.shards) {
    refuse(
      root,
      `${tars.length} of ${job.shards} shards are there; finish the job with saker preprocess --resume`,
    );
  }
  if (tars.length > 0) {
    const ignored = top.files.length - tars.length + top.hidden + top.folders.length;
    return { root, shards: shardFiles(root, tars), ignored };
  }
  const inFolders = await splitFolders(root, top);
  if (inFolders) return inFolders;
  const packed = top.files.find((name) => PACKED.test(name));
  if (packed)
    refuse(join(root, packed), 'it is compressed, and pictures are read in place: unpack it to a plain .tar');
  if (top.files.some((name) => TENSORS.test(name)))
    refuse(
      root,
      'it holds tensors for other programs to read, not pictures; give the pictures or their .tar shards',
    );
  return null;
}

/** Whether the path of a file, or of nothing that is there, says that shards are meant. */
export function namesShards(path: string, isThere: boolean): boolean {
  return TAR.test(path) || PACKED.test(path) || (!isThere && hasBraces(path));
}

/**
 * The tars that a path stands for: a .tar, a pattern with braces, a folder of tars, or train/val/test folders of them.
 * Null for a folder without any.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_DATA_SHARDS for what looks like shards but cannot be used.
 */
export async function findShards(path: string): Promise<FoundShards | null> {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory()) return folder(path);
  if (info === null && hasBraces(path)) return pattern(path);
  if (info === null) throw new SakerError('E_FILE_NOT_FOUND', { file: path });
  if (PACKED.test(path))
    refuse(path, 'it is compressed, and pictures are read in place: unpack it to a plain .tar');
  const root = dirname(path);
  return { root, shards: shardFiles(root, [path]), ignored: 0 };
}
