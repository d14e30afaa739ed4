/** Tells when a repository has changed and has come to rest. */
import { type FSWatcher, watch } from 'node:fs';

const POLL_MS = 1_000;
/** A file that is still being written changes again within this. */
const SETTLE_MS = 150;

/**
 * Calls back when `stamps` differs from what it was and has stayed the same for a moment, so that half-written files
 * are not read. The file system's events make it quick; polling makes it certain, also where there are no events (network
 * file systems) or too many.
 * @returns stops watching.
 */
export function watchFolder(path: string, stamps: () => Promise<string>, changed: () => void): () => void {
  let known: string | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let looking = false;
  const again = (ms: number): void => {
    if (stopped) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };
  let candidate: string | null = null;
  const look = async (): Promise<void> => {
    if (looking) return again(SETTLE_MS);
    looking = true;
    const seen = await stamps().catch(() => known);
    looking = false;
    if (known === null) {
      // What changed between the first load and now is taken up too.
      known = seen;
      if (!stopped) changed();
    }
    if (seen === known) {
      candidate = null;
      return again(POLL_MS);
    }
    if (seen === candidate) {
      known = seen;
      candidate = null;
      if (!stopped) changed();
      return again(POLL_MS);
    }
    candidate = seen;
    again(SETTLE_MS);
  };
  void look();
  const watcher = tryWatch(path, () => again(SETTLE_MS));
  return () => {
    stopped = true;
    if (timer) clearTimeout(timer);
    watcher?.close();
  };
}

function tryWatch(path: string, onEvent: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { recursive: true, persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
