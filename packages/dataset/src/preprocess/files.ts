/** Files that are there whole or not at all. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFailed } from '@saker/spec';

/** Makes a rename survive a power cut; file systems that cannot sync a folder are left as they are. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** A file that gets its name when `commit` is called; until then it is `<file>.<pid>.part`. */
export class PartFile {
  readonly file: string;
  readonly #part: string;
  readonly #handle: FileHandle;
  #size = 0;

  private constructor(file: string, part: string, handle: FileHandle) {
    this.file = file;
    this.#part = part;
    this.#handle = handle;
  }

  /** @throws SakerError E_FILE_WRITE, E_DISK_FULL. */
  static async create(file: string): Promise<PartFile> {
    const part = `${file}.${process.pid}.part`;
    try {
      return new PartFile(file, part, await open(part, 'w'));
    } catch (cause) {
      throw writeFailed(file, cause);
    }
  }

  /** Bytes appended. */
  get size(): number {
    return this.#size;
  }

  /** @throws SakerError E_FILE_WRITE, E_DISK_FULL. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.writeAt(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** @throws SakerError E_FILE_WRITE, E_DISK_FULL. */
  async writeAt(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, position + at);
        at += bytesWritten;
      }
    } catch (cause) {
      throw writeFailed(this.file, cause);
    }
  }

  /** Flushes, closes and names the file. @throws SakerError E_FILE_WRITE, E_DISK_FULL. */
  async commit(): Promise<void> {
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#part, this.file);
      await syncFolder(dirname(this.file));
    } catch (cause) {
      throw writeFailed(this.file, cause);
    }
  }

  /** Removes what was written. Harmless after `commit`. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#part, { force: true });
  }
}

/** Writes the text as a whole file. @throws SakerError E_FILE_WRITE, E_DISK_FULL. */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  const part = await PartFile.create(file);
  try {
    for await (const chunk of chunks) await part.append(Buffer.from(chunk));
    await part.commit();
  } catch (thrown) {
    await part.discard();
    throw thrown;
  }
}
