import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { SakerError } from '@saker/spec';
import { readCsvManifest } from './csv-manifest.js';
import { type Entries, type Entry, scanFolder } from './folder.js';
import { readJsonManifest } from './json-manifest.js';
import { ManifestEntries, refuseManifest } from './manifest-entries.js';
import { compareCodePoints } from './names.js';
import { readJob } from './shards/class-names.js';
import { findShards, namesShards } from './shards/find-shards.js';
import { scanShards } from './shards/scan-shards.js';
import type { Dataset, Sample } from './types.js';

export interface ScanOptions {
  /** Called now and then with the number of files whose size is known and the number in all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** What divides the labels in a cell of a manifest; default: | or ; */
  readonly labelSeparator?: string;
}

/** Files stat'ed at once: enough to hide the latency of a network disk, few enough for libuv's queue. */
const STAT_BATCH = 256;

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (s) => s.size,
    () => 0,
  );
}

async function withSizes(
  entries: readonly Entry[],
  index: ReadonlyMap<string, number>,
  options: ScanOptions,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let from = 0; from < entries.length; from += STAT_BATCH) {
    const batch = entries.slice(from, from + STAT_BATCH);
    const sizes = await Promise.all(batch.map((entry) => entry.length ?? sizeOf(entry.path)));
    batch.forEach((entry, i) => {
      const { labels, ...rest } = entry;
      const size = sizes[i] as number;
      if (labels === undefined) samples.push({ ...rest, label: index.get(entry.label) as number, size });
      else {
        const all = labels.map((label) => index.get(label) as number).sort((a, b) => a - b);
        samples.push({ ...rest, label: all[0] ?? -1, labels: all, size });
      }
    });
    options.onProgress?.(samples.length, entries.length);
  }
  return samples;
}

/** `sha256:<hex>` over the sorted lines of [name, size, class or list of classes], each as a JSON array. */
function datasetHash(samples: readonly Sample[], classes: readonly string[]): string {
  const lines = samples
    .map((s) => JSON.stringify([s.name, s.size, s.labels?.map((l) => classes[l]) ?? classes[s.label]]))
    .sort();
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return `sha256:${hash.digest('hex')}`;
}

async function scanManifest(file: string, root: string, separator?: string): Promise<Entries> {
  const rows = new ManifestEntries(file, root, separator);
  const extension = extname(file).toLowerCase();
  if (extension === '.csv') await readCsvManifest(file, rows);
  else if (extension === '.json') await readJsonManifest(file, rows);
  else
    refuseManifest(
      file,
      'the file name',
      `expected a folder, .csv, .json or .tar, received ${extension || 'no extension'}`,
    );
  return { entries: rows.entries, classes: rows.classes, ignored: 0, unlabelled: rows.unlabelled };
}

/** Class folders first: an archive that lies beside them is none of their pictures. */
async function scanPath(path: string, separator?: string): Promise<Entries & { readonly root: string }> {
  // The index of a job names the pictures that its shards were made of; the pictures themselves are in the shards.
  if (basename(path) === 'index.csv' && (await readJob(dirname(path)))) return scanPath(dirname(path));
  const info = await stat(path).catch(() => null);
  if (info?.isFile() && !namesShards(path, true)) {
    const root = dirname(path);
    return { root, ...(await scanManifest(path, root, separator)) };
  }
  const found = info?.isDirectory() ? await scanFolder(path) : null;
  if (found && found.entries.length > 0) return { root: path, ...found };
  const shards = await findShards(path);
  if (shards) return { root: shards.root, ...(await scanShards(shards)) };
  const flat = found && found.classes.size === 0 && found.ignored > 0;
  throw new SakerError('E_DATA_EMPTY', { path: flat ? `class folders under ${path}` : path });
}

/**
 * Finds the labelled pictures of DATA: a folder of class folders, a folder of train/val/test folders of those, a CSV or
 * JSON manifest whose paths are relative to it, or shards: a .tar, `name-{0000..0015}.tar`, a folder of tars (of
 * `saker preprocess` or any WebDataset), train/val/test folders of them. No picture is opened: see `checkSamples`.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_DATA_EMPTY, E_DATA_MANIFEST, E_DATA_TAR, E_DATA_SHARDS.
 */
export async function scanDataset(path: string, options: ScanOptions = {}): Promise<Dataset> {
  const found = await scanPath(path, options.labelSeparator);
  if (found.entries.length === 0) throw new SakerError('E_DATA_EMPTY', { path });
  const classes = found.classOrder ?? [...found.classes].sort(compareCodePoints);
  const index = new Map(classes.map((label, i) => [label, i]));
  const entries = found.entries.sort((a, b) => compareCodePoints(a.name, b.name));
  const samples = await withSizes(entries, index, options);
  return {
    root: found.root,
    classes,
    samples,
    multiLabel: samples.some((sample) => sample.labels !== undefined),
    unlabelled: found.unlabelled ?? 0,
    ignored: found.ignored,
    hash: datasetHash(samples, classes),
  };
}
