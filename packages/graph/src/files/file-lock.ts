/** Lock files: held by one process, of this machine or another that shares the folder; left over when it is killed. */
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFailed } from '@saker/spec';

interface Owner {
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the kernel's ticks; null where the system does not tell. Numbers of processes return. */
  readonly began: string | null;
}

/** What a lock file says, and who holds it. */
export interface LockState {
  readonly text: string;
  /** The holder in words; null when the lock is left over. */
  readonly holder: string | null;
}

/** The holder touches its lock this often. */
const BEAT_MS = 4000;
/** A lock of another machine that nobody touches for so long is left over from a killed process. */
const SILENCE_MS = 12_000;

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

/**
 * What is known of a lock; null when it is gone. Processes of this machine are looked up, those of others watched.
 * @param silenceMs how long another machine's lock is watched; default 12 s.
 * @throws the signal's reason.
 */
export async function readLock(
  file: string,
  { silenceMs = SILENCE_MS, signal }: { silenceMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<LockState | null> {
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
  if (owner.host === hostname() && typeof owner.pid === 'number') {
    const alive = await runs({ host: owner.host, pid: owner.pid, began: owner.began ?? null });
    return { text, holder: alive ? words : null };
  }
  for (let waited = 0; waited < silenceMs; waited += silenceMs / 12) {
    await sleep(silenceMs / 12, undefined, signal ? { signal } : {});
    const now = await touched(file);
    if (now === null) return null;
    if (now !== first) return { text, holder: words };
  }
  return { text, holder: null };
}

/** Removes a lock that was found left over, unless a successor has taken its place meanwhile. */
export async function removeLeftOver(file: string, { text }: LockState): Promise<void> {
  if ((await contentOf(file)) === text) await rm(file, { force: true });
}

/**
 * Takes the lock; gives the function that releases it, or null when the file is there already.
 * @throws SakerError E_FILE_WRITE, E_DISK_FULL.
 */
export async function tryLock(file: string): Promise<(() => Promise<void>) | null> {
  const owner: Owner = { host: hostname(), pid: process.pid, began: await beginning(process.pid) };
  const handle = await open(file, 'wx').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') return null;
    throw writeFailed(file, cause);
  });
  if (handle === null) return null;
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
