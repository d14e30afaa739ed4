/** Atomic file replacement. */
import { open, rename, rm } from 'node:fs/promises';
import { writeFailed } from '@saker/spec';

/**
 * Writes a file so that readers see the old or the new content and never half of it: a sibling file, synced, renamed.
 * @throws SakerError E_DISK_FULL, E_FILE_WRITE; the old content is still there.
 */
export async function writeFileAtomic(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    const handle = await open(part, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    throw writeFailed(file, cause);
  }
}
