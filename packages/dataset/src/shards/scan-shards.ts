/** The labelled pictures of tars, by the byte ranges they lie at. Nothing is unpacked. */
import { dirname } from 'node:path';
import { SakerError } from '@saker/spec';
import type { Entries, Entry } from '../folder.js';
import { compareCodePoints } from '../names.js';
import { limiter } from '../preprocess/limiter.js';
import { readClassNames, readJob } from './class-names.js';
import type { FoundShards, ShardFile } from './find-shards.js';
import { type SampleWords, wordsOf } from './labels.js';
import { pictureField, samplesOf, type TarSample } from './sample-members.js';
import { TarReader } from './tar-reader.js';

/** Tars walked at once: libuv has four threads that read. */
const AT_ONCE = 4;

interface Folder {
  /** `saker preprocess` wrote it, so samples go by their names in its data. */
  readonly ours: boolean;
  readonly names: readonly string[] | null;
}

interface Found {
  readonly entries: Entry[];
  /** Numbers met that no list gives a name to. */
  numbers: boolean;
  ignored: number;
}

function classOf(label: string | number, { names }: Folder, shard: ShardFile, key: string): string {
  if (typeof label === 'string' || names === null) return String(label);
  const name = names[label];
  if (name !== undefined) return name;
  const detail = `sample ${key} is of class ${label}, but the list beside it names ${names.length} classes (0 to ${names.length - 1})`;
  throw new SakerError('E_DATA_SHARDS', { path: shard.path, detail });
}

function labelsOf(
  { label, labels }: SampleWords,
  folder: Folder,
  shard: ShardFile,
  key: string,
): { readonly label: string; readonly labels?: string[] } {
  if (labels === null) return { label: classOf(label, folder, shard, key) };
  const all = [...new Set(labels.map((one) => classOf(one, folder, shard, key)))];
  return { label: all[0] ?? '', labels: all };
}

function entryOf(
  shard: ShardFile,
  folder: Folder,
  sample: TarSample,
  words: SampleWords,
  field: string,
): Entry {
  const member = sample.fields.get(field);
  const own = folder.ours ? words.path : null;
  return {
    path: shard.path,
    name: own ?? `${shard.name}/${sample.key}.${field}`,
    ...labelsOf(words, folder, shard, sample.key),
    split: words.split ?? shard.split,
    offset: member?.offset as number,
    length: member?.length as number,
  };
}

async function scanOne(shard: ShardFile, folder: Folder): Promise<Found> {
  const found: Found = { entries: [], numbers: false, ignored: 0 };
  const reader = await TarReader.open(shard.path);
  try {
    const passed = (): void => {
      found.ignored += 1;
    };
    for await (const sample of samplesOf(reader, passed)) {
      const field = pictureField(sample);
      if (field === null) {
        found.ignored += 1;
        continue;
      }
      const words = await wordsOf(reader, sample);
      if (typeof words.label === 'number' && folder.names === null) found.numbers = true;
      found.entries.push(entryOf(shard, folder, sample, words, field));
    }
  } catch (thrown) {
    if (!(thrown instanceof SakerError) || thrown.code !== 'E_DATA_TAR') throw thrown;
    const detail = `${String(thrown.params.detail)}; ${found.entries.length} pictures before it are whole`;
    throw thrown.with({ detail });
  } finally {
    await reader.close();
  }
  return found;
}

/** A picture that two shards hold could land in two splits. */
function checkNames(entries: readonly Entry[]): void {
  const seen = new Map<string, string>();
  for (const { name, path } of entries) {
    const before = seen.get(name);
    if (before !== undefined) {
      const place = before === path ? path : `${before} and ${path}`;
      throw new SakerError('E_DATA_SHARDS', { path: place, detail: `they hold ${name} twice` });
    }
    seen.set(name, path);
  }
}

/** The order of the classes: that of their list; by number when numbers are all there is; else by code point. */
function classOrder(found: readonly Found[], names: readonly (readonly string[] | null)[]): string[] {
  const classes = new Set(
    found.flatMap(({ entries }) => entries.flatMap(({ label, labels }) => labels ?? [label])),
  );
  const [list] = names;
  if (
    list &&
    names.every((other) => other?.join('\n') === list.join('\n')) &&
    [...classes].every((c) => list.includes(c))
  )
    return [...list];
  const numbers = found.some((one) => one.numbers) && [...classes].every((label) => /^\d+$/.test(label));
  return [...classes].sort(numbers ? (a, b) => Number(a) - Number(b) : compareCodePoints);
}

/**
 * Reads the headers of every tar, and its labels.
 * @throws SakerError E_DATA_TAR, E_DATA_SHARDS, E_FILE_READ.
 */
export async function scanShards({ shards, ignored, root }: FoundShards): Promise<Entries> {
  const folders = new Map<string, Folder>();
  for (const { path } of shards) {
    const place = dirname(path);
    if (folders.has(place)) continue;
    const job = await readJob(place);
    // A list beside train/ and val/ holds for both.
    const names = job ? job.classes : ((await readClassNames(place)) ?? (await readClassNames(root)));
    folders.set(place, { ours: job?.format === 'webdataset', names });
  }
  const inTurn = limiter(AT_ONCE);
  const found = await Promise.all(
    shards.map((shard) => inTurn(() => scanOne(shard, folders.get(dirname(shard.path)) as Folder))),
  );
  const entries = found.flatMap((one) => one.entries);
  checkNames(entries);
  const many = entries.filter((entry) => entry.labels !== undefined).length;
  if (many > 0 && many < entries.length)
    throw new SakerError('E_DATA_SHARDS', {
      path: root,
      detail: `${many} of ${entries.length} samples have lists of labels, the others one label`,
    });
  const order = classOrder(
    found,
    [...folders.values()].map(({ names }) => names),
  );
  const passed = found.reduce((sum, one) => sum + one.ignored, 0);
  return { entries, classes: new Set(order), classOrder: order, ignored: ignored + passed };
}
