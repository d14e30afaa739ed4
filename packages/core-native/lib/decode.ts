/** Pictures without a pipeline: their headers and their upright pixels. */
import type { NativeImageInfo } from './binding.js';
import { maxPixels } from './checks.js';
import { decodeForeign, type ForeignInfo, probeForeign } from './foreign/decode-foreign.js';
import { namedAfter, orForeign } from './foreign/fallback.js';
import { type ImageInput, imageInput } from './input.js';
import { binding } from './load-binding.js';

/**
 * What a picture's headers say. `width` and `height` are upright (after EXIF orientation); `channels` is 1 or 3 with
 * palettes expanded and alpha not counted; `bitDepth` is per channel as stored. `gif`, `tiff`, `avif` and `svg` are
 * read through sharp.
 */
export type ImageInfo = NativeImageInfo | ForeignInfo;

/** Upright u8 pixels, RGB, rows first: `data[(y * width + x) * channels + c]`. */
export interface DecodedImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

export interface DecodeOptions {
  /** Refuse pictures with more pixels than this, judged from the header; default 89,478,485. */
  readonly maxPixels?: number;
}

/**
 * Reads a picture's headers, on a native thread.
 * Rejects with E_FILE_NOT_FOUND, E_FILE_READ, E_IMAGE_EMPTY, E_IMAGE_FORMAT, E_IMAGE_TOO_LARGE, E_IMAGE_CORRUPT or
 * E_IMAGE_TRUNCATED.
 */
export async function probe(input: ImageInput, options: DecodeOptions = {}): Promise<ImageInfo> {
  const limit = maxPixels(options.maxPixels);
  const native = binding();
  return await orForeign<ImageInfo>(
    () => native.probe(imageInput('input', input), limit),
    () => probeForeign(input, limit),
  );
}

/**
 * Decodes a whole picture, on a native thread. Bytes given are read in place: leave them alone until then.
 * Rejects as `probe` does, and with E_MEMORY.
 */
export async function decode(input: ImageInput, options: DecodeOptions = {}): Promise<DecodedImage> {
  const limit = maxPixels(options.maxPixels);
  const native = binding();
  return await orForeign(
    () => native.decode(imageInput('input', input), limit),
    async () => {
      const pixels = await decodeForeign(input, limit);
      return pixels && (await namedAfter(input, native.decode(pixels, limit)));
    },
  );
}
