/** The bytes of a picture, by its place. */
import { open, readFile } from 'node:fs/promises';
import type { FileRange } from '@saker/core-native';
import { type PicturePlace, SakerError } from '@saker/spec';

/** What native code is given to open the picture. */
export function pictureInput({ path, offset, length }: PicturePlace): string | FileRange {
  return offset === undefined || length === undefined ? path : { path, offset, length };
}

/** The bytes. @throws what the file system throws; E_IMAGE_TRUNCATED when a tar ends before its member does. */
export async function readSample({ path, offset, length }: PicturePlace): Promise<Uint8Array> {
  if (offset === undefined || length === undefined) return readFile(path);
  const file = await open(path);
  try {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
      if (bytesRead === 0) {
        const detail = `the tar has ${at} of its ${length} bytes`;
        throw new SakerError('E_IMAGE_TRUNCATED', { file: path, detail });
      }
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
