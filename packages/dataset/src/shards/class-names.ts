/** What lies beside the tars: the job that wrote them, or a list of class names. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SakerError } from '@saker/spec';

/** The part of a job.json that reading needs. */
export interface JobFile {
  readonly format: string;
  readonly shards: number;
  readonly classes: readonly string[];
}

const LISTS = ['classes.txt', 'classnames.txt', 'labels.txt', 'classes.json', 'labels.json'];

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'EISDIR') return null;
    throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
  });
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '');

/** The job.json of a folder that `saker preprocess` wrote; null for other folders. */
export async function readJob(folder: string): Promise<JobFile | null> {
  const text = await textOf(join(folder, 'job.json'));
  if (text === null) return null;
  try {
    const job = JSON.parse(text) as Partial<JobFile> | null;
    const { format, shards, classes } = job ?? {};
    if (typeof format === 'string' && Number.isSafeInteger(shards) && isNames(classes))
      return { format, shards: shards as number, classes };
  } catch {
    // Somebody else's job.json.
  }
  return null;
}

function refuse(file: string, detail: string): never {
  throw new SakerError('E_DATA_SHARDS', { path: file, detail });
}

/**
 * The names that numbers in .cls stand for, counted from 0: classes.txt, classnames.txt or labels.txt (a name a line),
 * classes.json or labels.json (an array); null without any of them.
 * @throws SakerError E_DATA_SHARDS, E_FILE_READ.
 */
export async function readClassNames(folder: string): Promise<readonly string[] | null> {
  for (const name of LISTS) {
    const file = join(folder, name);
    const text = (await textOf(file))?.replace(/^\uFEFF/, '');
    if (text === undefined) continue;
    let names: unknown = text.split(/\r?\n/).map((line) => line.trim());
    if (name.endsWith('.json')) {
      try {
        names = JSON.parse(text);
      } catch {
        names = null;
      }
    } else while ((names as string[]).at(-1) === '') (names as string[]).pop();
    if (!isNames(names)) refuse(file, 'expected the names of the classes in order, none of them empty');
    const seen = new Map<string, number>();
    names.forEach((word, i) => {
      const before = seen.get(word);
      if (before !== undefined) refuse(file, `classes ${before} and ${i} have the same name, ${word}`);
      seen.set(word, i);
    });
    return names;
  }
  return null;
}
