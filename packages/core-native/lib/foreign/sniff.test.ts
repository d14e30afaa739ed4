import { expect, test } from 'vitest';
import { foreignError } from './errors.js';
import { cmykToRgb } from './ppm.js';
import { foreignFormat, tiffIsCut } from './sniff.js';

const of = (text: string): string | null => foreignFormat(Buffer.from(text, 'latin1'));

test('formats are told apart by content', () => {
  expect(of('GIF89a')).toBe('gif');
  expect(of('II*\0....')).toBe('tiff');
  expect(of('MM\0+....')).toBe('tiff');
  expect(of('\0\0\0\x1cftypavif')).toBe('avif');
  expect(of('\0\0\0\x1cftypheic')).toBe(null);
  expect(of('')).toBe(null);
  expect(of('\xff\xd8\xff\xe0')).toBe(null);
});

test('SVG is markup whose first element is svg', () => {
  expect(of('<svg/>')).toBe('svg');
  expect(
    of('<?xml version="1.0"?>\n<!-- <p> -->\n<!DOCTYPE svg [ <!ENTITY a "b"> ]>\n<s:svg width="1">'),
  ).toBe('svg');
  expect(of('<html><svg/></html>')).toBe(null);
  expect(of('about <svg>')).toBe(null);
});

test('a TIFF whose directory lies behind its end is cut', () => {
  const file = (magic: string, ...rest: number[]): Buffer =>
    Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.from(rest), Buffer.alloc(16)]);
  expect(tiffIsCut(file('II*\0', 8, 0, 0, 0))).toBe(false);
  expect(tiffIsCut(file('MM\0*', 0, 0, 0, 24))).toBe(true);
  expect(tiffIsCut(file('II+\0', 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0))).toBe(false);
  expect(tiffIsCut(file('II+\0', 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))).toBe(true);
  expect(tiffIsCut(Buffer.from('II*\0'))).toBe(true);
});

test('inks become RGB by the formula of Pillow', () => {
  expect([...cmykToRgb(Uint8Array.of(0, 255, 255, 0, 10, 20, 30, 255, 100, 0, 0, 55), 4)]).toEqual([
    255, 0, 0, 0, 0, 0, 122, 200, 200,
  ]);
});

test('what libvips says becomes one line under the right code', () => {
  const code = (text: string): string => foreignError('tiff', new Error(text)).code;
  expect(code('Input image exceeds pixel limit')).toBe('E_IMAGE_TOO_LARGE');
  expect(code('timeout: 50% complete')).toBe('E_IMAGE_TIMEOUT');
  expect(code('tiff2vips: LZMA compression support is not configured')).toBe('E_IMAGE_FORMAT');
  expect(code('source: bad seek to 4909')).toBe('E_IMAGE_TRUNCATED');
  expect(code('anything else')).toBe('E_IMAGE_CORRUPT');
  expect(foreignError('tiff', new Error('a\nb')).params.detail).toBe('TIFF: a');
  expect(foreignError('gif', new Error('tag 7\nUnexpected end of data')).params.detail).toBe(
    'GIF: Unexpected end of data',
  );
});
