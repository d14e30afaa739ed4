/** Tells when a file changes. */
import { unwatchFile, watchFile } from 'node:fs';

/**
 * Looks at the file's time and size and calls back when they differ. Polling, because it also sees a mounted
 * Kubernetes secret change, which is a symbolic link that is swapped, and works on network file systems.
 * @returns stops looking.
 */
export function onFileChange(file: string, changed: () => void, intervalMs = 500): () => void {
  const listener = (now: { mtimeMs: number; ino: number; size: number }, before: typeof now): void => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) changed();
  };
  watchFile(file, { interval: intervalMs, persistent: false }, listener);
  return () => unwatchFile(file, listener);
}
