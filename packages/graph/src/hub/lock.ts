/** One process fetches a file, others wait for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readLock, removeLeftOver, tryLock } from '../files/file-lock.js';

const LOOK_MS = 200;

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
    const release = await tryLock(file);
    if (release) return release;
    const state = await readLock(file, { signal });
    if (state?.holder === null) {
      await removeLeftOver(file, state);
      continue;
    }
    if (state?.holder && !told) {
      onWait(state.holder);
      told = true;
    }
    await sleep(LOOK_MS, undefined, signal ? { signal } : {});
  }
}
