/** Pictures without a pipeline: their headers and their upright pixels. */
import type { NativeImageInfo } from './binding.js';
import { type PictureLimits, pictureLimits } from './checks.js';
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

export type DecodeOptions = PictureLimits;

/**
 * Reads a picture's headers, on a native thread.
 * Rejects with E_FILE_NOT_FOUND, E_FILE_READ, E_IMAGE_EMPTY, E_IMAGE_FORMAT, E_IMAGE_TOO_LARGE, E_IMAGE_CORRUPT or
 * E_IMAGE_TRUNCATED.
 */
export async function probe(input: ImageInput, options: DecodeOptions = {}): Promise<ImageInfo> {
  const limits = pictureLimits(options);
  const native = binding();
  return await orForeign<ImageInfo>(
    () => native.probe(imageInput('input', input), limits),
    () => probeForeign(input, limits),
  );
}

/**
 * Decodes a whole picture, on a native thread. Bytes given are read in place: leave them alone until then.
 * Rejects as `probe` does, and with E_IMAGE_TIMEOUT and E_MEMORY.
 */
export async function decode(input: ImageInput, options: DecodeOptions = {}): Promise<DecodedImage> {
  const limits = pictureLimits(options);
  const native = binding();
  return await orForeign(
    () => native.decode(imageInput('input', input), limits),
    async () => {
      const pixels = await decodeForeign(input, limits);
      return pixels && (await namedAfter(input, native.decode(pixels, limits)));
    },
  );
}
