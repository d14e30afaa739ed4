/**
 * Formats that the native core lacks, through sharp: GIF, TIFF, AVIF, SVG. Decoded pixels become a PPM file in
 * memory, which the native core reads like any other picture, so every pipeline runs the same code. sharp is loaded
 * when the first such file is met. docs/reference/decoding.md lists the rules.
 */
import { open } from 'node:fs/promises';
import { SakerError } from '@saker/spec/light';
import type { Sharp } from 'sharp';
import type { NativeImageInfo } from '../binding.js';
import type { PictureLimits } from '../checks.js';
import { errorAbout, type ImageInput } from '../input.js';
import { foreignError } from './errors.js';
import { cmykToRgb, ppm } from './ppm.js';
import { type ForeignFormat, foreignFormat, SNIFF_BYTES, tiffIsCut } from './sniff.js';

/** Files larger than this are not read for sharp. An SVG is a program: it gets less. */
const MAX_BYTES: Readonly<Record<ForeignFormat, number>> = {
  gif: 256 * 2 ** 20,
  tiff: 512 * 2 ** 20,
  avif: 256 * 2 ** 20,
  svg: 4 * 2 ** 20,
};

/** What `probe` says of such a file. */
export type ForeignInfo = Omit<NativeImageInfo, 'format'> & { readonly format: ForeignFormat };

type Limits = Required<PictureLimits>;

interface Source {
  readonly format: ForeignFormat;
  readonly bytes: Uint8Array;
}

function checkBytes(format: ForeignFormat, size: number): void {
  if (size <= MAX_BYTES[format]) return;
  const detail = `${format.toUpperCase()} of ${size} bytes, the limit is ${MAX_BYTES[format]}`;
  throw new SakerError('E_IMAGE_TOO_LARGE', { detail });
}

/** The bytes of a picture in one of our formats, or null; a file of any other kind is not read beyond its head. */
async function readSource(input: ImageInput): Promise<Source | null> {
  if (input instanceof Uint8Array) {
    const format = foreignFormat(input);
    if (format !== null) checkBytes(format, input.byteLength);
    return format === null ? null : { format, bytes: input };
  }
  const whole = typeof input === 'string';
  const file = await open(whole ? input : input.path);
  try {
    const offset = whole ? 0 : input.offset;
    const size = whole ? (await file.stat()).size : input.length;
    const head = Buffer.alloc(Math.min(SNIFF_BYTES, size));
    const { bytesRead } = await file.read(head, 0, head.length, offset);
    const format = foreignFormat(head.subarray(0, bytesRead));
    if (format === null) return null;
    checkBytes(format, size);
    const bytes = Buffer.allocUnsafe(size);
    const read = await file.read(bytes, 0, size, offset);
    return { format, bytes: bytes.subarray(0, read.bytesRead) };
  } finally {
    await file.close();
  }
}

async function openSharp({ format, bytes }: Source, limits: Limits): Promise<Sharp> {
  let sharp: typeof import('sharp').default;
  try {
    ({ default: sharp } = await import('sharp'));
  } catch (thrown) {
    const detail = `${format.toUpperCase()}, which needs the npm package sharp, and that does not load here`;
    throw new SakerError('E_IMAGE_FORMAT', { detail }, { cause: thrown });
  }
  // Bytes, never a name: an SVG without a place of its own can read no file. Profiles are ignored, as for JPEG and PNG.
  return sharp(bytes, {
    limitInputPixels: limits.maxPixels,
    failOn: 'error',
    ignoreIcc: true,
    autoOrient: true,
    page: 0,
    pages: 1,
  }).timeout({ seconds: Math.ceil(limits.maxDecodeMs / 1000) });
}

async function toPpm(source: Source, limits: Limits): Promise<Uint8Array> {
  const image = await openSharp(source, limits);
  const { space, depth } = await image.metadata();
  if (space === 'cmyk' && depth === 'uchar') {
    const raw = image.pipelineColourspace('cmyk').toColourspace('cmyk').raw();
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return ppm(cmykToRgb(data, info.channels), info.width, info.height, 8);
  }
  const flat = source.format === 'svg' ? image.flatten({ background: 'white' }) : image.removeAlpha();
  const deep = depth === 'ushort' && (space === 'rgb16' || space === 'grey16');
  const raw = deep
    ? flat.pipelineColourspace('rgb16').toColourspace('rgb16').raw({ depth: 'ushort' })
    : flat.toColourspace('srgb').raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return ppm(deep ? data.swap16() : data, info.width, info.height, deep ? 16 : 8);
}

async function withSource<T>(input: ImageInput, run: (source: Source) => Promise<T>): Promise<T | null> {
  let format: ForeignFormat = 'gif';
  try {
    const source = await readSource(input);
    if (source === null) return null;
    format = source.format;
    if (format === 'tiff' && tiffIsCut(source.bytes)) {
      throw new SakerError('E_IMAGE_TRUNCATED', { detail: 'TIFF ends before its first directory' });
    }
    return await run(source);
  } catch (thrown) {
    throw errorAbout(input, foreignError(format, thrown));
  }
}

/**
 * The upright first picture of a GIF, TIFF, AVIF or SVG as a binary PPM (8 or 16 bits); null for any other content.
 * Rejects with E_IMAGE_FORMAT (a variant that libvips lacks, or no sharp), E_IMAGE_TOO_LARGE (pixels, bytes),
 * E_IMAGE_TIMEOUT, E_IMAGE_CORRUPT, E_IMAGE_TRUNCATED, E_MEMORY.
 */
export async function decodeForeign(input: ImageInput, limits: Limits): Promise<Uint8Array | null> {
  return await withSource(input, (source) => toPpm(source, limits));
}

/** The headers of such a picture; null and rejections as for `decodeForeign`. */
export async function probeForeign(input: ImageInput, limits: Limits): Promise<ForeignInfo | null> {
  return await withSource(input, async (source) => {
    const m = await (await openSharp(source, limits)).metadata();
    const turned = m.autoOrient;
    return {
      format: source.format,
      width: turned.width,
      height: turned.height,
      storedWidth: m.width,
      storedHeight: m.height,
      channels: m.space === 'b-w' || m.space === 'grey16' ? 1 : 3,
      bitDepth:
        m.depth === 'ushort' || m.depth === 'short' ? 16 : m.depth === 'float' ? 32 : (m.bitsPerSample ?? 8),
      orientation: m.orientation ?? 1,
      hasAlpha: m.hasAlpha,
    };
  });
}
