/** Pictures without a pipeline: their headers and their upright pixels. */
import type { ImageInput, NativeImageInfo } from './binding.js';
import { imageInput, maxPixels } from './checks.js';
import { binding } from './load-binding.js';

/**
 * What a picture's headers say. `width` and `height` are upright (after EXIF orientation); `channels` is 1 or 3 with
 * palettes expanded and alpha not counted; `bitDepth` is per channel as stored.
 */
export type ImageInfo = NativeImageInfo;

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
  return await binding().probe(imageInput('input', input), maxPixels(options.maxPixels));
}

/**
 * Decodes a whole picture, on a native thread. Bytes given are read in place: leave them alone until then.
 * Rejects as `probe` does, and with E_MEMORY.
 */
export async function decode(input: ImageInput, options: DecodeOptions = {}): Promise<DecodedImage> {
  return await binding().decode(imageInput('input', input), maxPixels(options.maxPixels));
}
