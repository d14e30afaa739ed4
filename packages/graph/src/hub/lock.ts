/** One process fetches a file, others wait for it. */
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFailed } from './files.js';

/** The holder touches its lock this often. */
const BEAT_MS = 4000;
/** A lock that nobody touched for so long is left over. */
const SILENCE_MS = 20_000;
const LOOK_MS = 200;

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the holder of a lock is gone: its process of this machine has ended, or nobody touches the file. */
async function leftOver(file: string, text: string): Promise<boolean> {
  const [host, pid] = text.split(' ');
  if (host === hostname() && pid && !runs(Number(pid))) return true;
  const found = await stat(file).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > SILENCE_MS;
}

/**
 * Takes the lock `file`, waiting for another holder to end; gives the function that releases it.
 * @throws SakerError E_FILE_WRITE, E_DISK_FULL; the signal's reason.
 */
export async function takeLock(
  file: string,
  signal: AbortSignal | undefined,
  onWait: (holder: string) => void,
): Promise<() => Promise<void>> {
  for (let told = false; ; ) {
    signal?.throwIfAborted();
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(`${hostname()} ${process.pid}`).finally(() => handle.close());
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFailed(file, cause);
    }
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null && (await leftOver(file, text))) {
      // Only one of several waiters moves it away, so none removes a lock that another has just taken.
      const aside = `${file}.${process.pid}`;
      await rename(file, aside).catch(() => undefined);
      await rm(aside, { force: true });
      continue;
    }
    if (text !== null && !told) onWait(text);
    told = true;
    await sleep(LOOK_MS);
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
