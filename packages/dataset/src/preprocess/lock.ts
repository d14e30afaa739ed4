/** One process for each part of a job: a lock file in the folder, which may be shared by several machines. */
import { type FileHandle, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SakerError } from '@saker/spec';
import { writeFailed } from './files.js';

interface Part {
  readonly index: number;
  readonly count: number;
}

interface Owner {
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the kernel's ticks; null where the system does not tell. Numbers of processes return. */
  readonly began: string | null;
}

const NAME = /^\.part-(\d+)-of-(\d+)\.lock$/;
/** A running job touches its lock this often. */
const BEAT_MS = 4000;
/** A lock of another machine that nobody touches for so long is left over from a killed job. */
const SILENCE_MS = 12_000;

const lockName = ({ index, count }: Part): string => `.part-${index}-of-${count}.lock`;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Whether two parts have shards in common. */
export function overlap(a: Part, b: Part): boolean {
  return (a.index - b.index) % gcd(a.count, b.count) === 0;
}

/** When a process of this machine began; null when there is none, or no /proc. */
async function beginning(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The second field is a name in brackets that may hold spaces; the beginning is field 22.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

async function runs({ pid, began }: Owner): Promise<boolean> {
  if (began !== null) return (await beginning(pid)) === began;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const touched = async (file: string): Promise<number | null> =>
  (await stat(file).catch(() => null))?.mtimeMs ?? null;

const contentOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);

/** What holds the lock, in words; null when it is left over or gone. */
async function holder(file: string, silenceMs: number): Promise<string | null> {
  const first = await touched(file);
  const text = await contentOf(file);
  if (text === null || first === null) return null;
  let owner: Partial<Owner> = {};
  try {
    owner = JSON.parse(text) as Partial<Owner>;
  } catch {
    // Just begun, or cut off by a full disk; the clock decides.
  }
  const words = `process ${owner.pid ?? 'unknown'} on ${owner.host ?? 'an unknown machine'}`;
  if (owner.host === hostname() && typeof owner.pid === 'number')
    return (await runs({ host: owner.host, pid: owner.pid, began: owner.began ?? null })) ? words : null;
  for (let waited = 0; waited < silenceMs; waited += silenceMs / 12) {
    await sleep(silenceMs / 12);
    const now = await touched(file);
    if (now === null) return null;
    if (now !== first) return words;
  }
  return null;
}

async function requireFree(out: string, part: Part, silenceMs: number): Promise<void> {
  for (const name of await readdir(out)) {
    const [, index, count] = NAME.exec(name) ?? [];
    if (index === undefined || !overlap(part, { index: Number(index), count: Number(count) })) continue;
    const file = join(out, name);
    const before = await contentOf(file);
    const words = await holder(file, silenceMs);
    if (words !== null) throw new SakerError('E_OUT_BUSY', { path: out, detail: words });
    // Another successor may have taken it over meanwhile: then it is that one's now.
    if (before !== null && (await contentOf(file)) === before) await rm(file, { force: true });
  }
}

/**
 * Takes the lock of a part of a job; `release` gives it back. Locks of killed processes are taken over: on this machine
 * at once, from other machines after 12 seconds in which nobody touched them.
 * @throws SakerError E_OUT_BUSY, E_FILE_WRITE, E_DISK_FULL.
 */
export async function lockPart(
  out: string,
  part: Part,
  silenceMs = SILENCE_MS,
): Promise<() => Promise<void>> {
  await requireFree(out, part, silenceMs);
  const file = join(out, lockName(part));
  const owner: Owner = { host: hostname(), pid: process.pid, began: await beginning(process.pid) };
  let handle: FileHandle;
  try {
    handle = await open(file, 'wx');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFailed(file, cause);
    throw new SakerError('E_OUT_BUSY', { path: out, detail: 'one that began just now' }, { cause });
  }
  try {
    await handle.writeFile(JSON.stringify(owner));
  } catch (cause) {
    await rm(file, { force: true });
    throw writeFailed(file, cause);
  } finally {
    await handle.close();
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return async () => {
    clearInterval(beat);
    await rm(file, { force: true });
  };
}
