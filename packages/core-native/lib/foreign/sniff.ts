/** Which of the formats that the native core lacks a file holds, judged by its first bytes. */

export type ForeignFormat = 'gif' | 'tiff' | 'avif' | 'svg';

/** How many bytes `foreignFormat` wants to see. */
export const SNIFF_BYTES = 4096;

const TIFF = new Set(['II*\0', 'MM\0*', 'II+\0', 'MM\0+']);

/** Brands of HEIF files that may hold AV1; HEVC's own (heic, heix, hevc) are left out: no decoder for them is here. */
const AVIF_BRANDS = new Set(['avif', 'avis', 'mif1', 'msf1']);

/** SVG has no signature: markup whose first element, after declarations and comments, is `svg`. */
const SVG =
  /^\uFEFF?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\]\s*)?>\s*)*<(?:\w+:)?svg[\s>/]/i;

/** The format of a file that starts with `head`, or null when sharp is not asked about it. */
export function foreignFormat(head: Uint8Array): ForeignFormat | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, SNIFF_BYTES));
  const start = bytes.toString('latin1', 0, 12);
  if (/^GIF8[79]a/.test(start)) return 'gif';
  if (TIFF.has(start.slice(0, 4))) return 'tiff';
  if (start.slice(4, 8) === 'ftyp') return AVIF_BRANDS.has(start.slice(8, 12)) ? 'avif' : null;
  return SVG.test(bytes.toString('utf8')) ? 'svg' : null;
}

/**
 * True for a TIFF whose first directory would lie behind its end. libvips calls such a file no picture at all;
 * usually it is one that was cut, since many writers put the directory last.
 */
export function tiffIsCut(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 16) return true;
  const little = view.getUint8(0) === 0x49;
  const big = view.getUint16(2, little) === 43;
  const directory = big ? view.getBigUint64(8, little) : BigInt(view.getUint32(4, little));
  return directory >= BigInt(view.byteLength);
}
