/** Files of the cache. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { SakerError } from '@saker/spec';

/** Size in bytes; null when there is no such file. */
export async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(() => null))?.size ?? null;
}

/** SHA-256 of a file in hexadecimal, read in pieces. @throws SakerError E_FILE_READ. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new SakerError('E_FILE_READ', { file, detail: (cause as Error).message }, { cause });
  }
  return hash.digest('hex');
}

/** The object in a JSON file; null when there is none that can be read. */
export async function readJson(file: string): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** What is wrong with the beginning of a file of weights; null when it looks like what its name says. */
export async function wrongContent(file: string): Promise<string | null> {
  const handle = await open(file, 'r');
  try {
    const head = Buffer.alloc(9);
    const { bytesRead } = await handle.read(head, 0, 9, 0);
    const { size } = await handle.stat();
    if (file.includes('.safetensors')) {
      const length = bytesRead === 9 ? head.readBigUInt64LE(0) : 0n;
      const good = length >= 2n && length <= BigInt(size - 8) && head[8] === 0x7b;
      return good ? null : 'it does not begin as a safetensors file';
    }
    return head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))
      ? null
      : 'it does not begin as a PyTorch archive';
  } finally {
    await handle.close();
  }
}
