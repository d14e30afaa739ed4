import { extname } from 'node:path';

/** Extensions of pictures. Formats the decoder lacks are listed too, so that the check names them instead of losing them. */
const PICTURE_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    '.jpg .jpeg .jpe .jfif .png .apng .webp .gif .bmp .dib .tif .tiff .avif .heic .heif ' +
    '.jp2 .jxl .pgm .ppm .pnm .tga .ico .qoi'
  ).split(' '),
);

const SPLIT_NAMES: Readonly<Record<string, 'train' | 'val' | 'test'>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
};

/** True for a picture by its extension, whatever its case. */
export function isPictureName(name: string): boolean {
  return PICTURE_EXTENSIONS.has(extname(name).toLowerCase());
}

/** Dot files, and the resource forks that macOS puts into archives. */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

/** The split that a folder name or a manifest cell stands for; null when it is none. */
export function splitOf(name: string): 'train' | 'val' | 'test' | null {
  const key = name.trim().toLowerCase();
  return Object.hasOwn(SPLIT_NAMES, key) ? (SPLIT_NAMES[key] ?? null) : null;
}

/** Orders strings by code point, as Python's `sorted` does; JavaScript's own order is by UTF-16 unit. */
export function compareCodePoints(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates (astral characters) stand above every other unit although 0xE000..0xFFFF are numerically larger.
    const xs = x >= 0xd800 && x <= 0xdfff ? x + 0x10000 : x;
    const ys = y >= 0xd800 && y <= 0xdfff ? y + 0x10000 : y;
    return xs - ys;
  }
  return a.length - b.length;
}
