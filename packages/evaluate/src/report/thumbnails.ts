import { open } from 'node:fs/promises';
import type { Mistake } from '../evaluation/types.js';

/** A mistake with its picture as a data URI; null when the file can no longer be read. */
export interface PicturedMistake extends Mistake {
  readonly picture: string | null;
}

type Sharp = typeof import('sharp').default;

/** Twice the drawn size, for dense screens. */
const SIDE = 360;

/** What sharp opens: a file by its path, or the bytes of a picture in a tar. */
async function source({ path, offset, length }: Mistake): Promise<string | Uint8Array> {
  if (offset === undefined || length === undefined) return path;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function thumbnail(sharp: Sharp, mistake: Mistake): Promise<string | null> {
  try {
    const jpeg = await sharp(await source(mistake))
      .autoOrient()
      .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 76, mozjpeg: true })
      .toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  } catch {
    // The report names the mistake even when its file was moved meanwhile.
    return null;
  }
}

/** Adds thumbnails, upright by EXIF and without metadata; sharp spreads them over its own threads. */
export async function withPictures(mistakes: readonly Mistake[]): Promise<PicturedMistake[]> {
  // Loaded here, because reports are rare and libvips is large.
  const { default: sharp } = await import('sharp');
  const pictures = await Promise.all(mistakes.map((mistake) => thumbnail(sharp, mistake)));
  return mistakes.map((mistake, i) => ({ ...mistake, picture: pictures[i] ?? null }));
}
