/** A confusion matrix as a picture: rows are true classes, columns predictions, colour the share of the row. */
import sharp from 'sharp';
import { escapeXml, shorten } from './escape.js';
import type { PngImage } from './png.js';

/** Sides of the whole matrix in pixels, and of a cell. */
const SIDE = 640;
const CELL = { least: 3, most: 72 };
/** Cells narrower than this carry no count, and rows lower than `NAMED` no name. */
const COUNTED = 26;
const NAMED = 11;

/** Width that the title needs. */
const TITLED = 260;

/** White to the deep blue of ColorBrewer's Blues. */
function colour(share: number): string {
  const channel = (from: number, to: number) => Math.round(from + (to - from) * share);
  return `rgb(${channel(255, 8)},${channel(255, 48)},${channel(255, 107)})`;
}

/** `counts`: K x K row-major, row = true class. Up to about 1000 classes; more give a picture too wide to show. */
export async function confusionImage(
  counts: ArrayLike<number>,
  classes: readonly string[],
): Promise<PngImage> {
  const k = classes.length;
  const cell = Math.max(CELL.least, Math.min(CELL.most, Math.floor(SIDE / k)));
  const names = cell >= NAMED ? classes.map((name) => shorten(name, 18)) : [];
  const margin = names.length > 0 ? 12 + 7 * Math.max(...names.map((name) => name.length)) : 8;
  const head = 34;
  const size = Math.min(14, Math.max(9, cell - 3));
  const parts: string[] = [];
  for (let row = 0; row < k; row++) {
    let total = 0;
    for (let column = 0; column < k; column++) total += counts[row * k + column] as number;
    for (let column = 0; column < k; column++) {
      const n = counts[row * k + column] as number;
      const share = total === 0 ? 0 : n / total;
      const x = margin + column * cell;
      const y = head + row * cell;
      if (n > 0 || cell >= COUNTED)
        parts.push(
          `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${colour(share)}" stroke="#ddd" stroke-width="${cell >= NAMED ? 1 : 0}"/>`,
        );
      if (cell >= COUNTED && n > 0)
        parts.push(
          `<text x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle" fill="${share > 0.5 ? '#fff' : '#222'}">${n}</text>`,
        );
    }
    const name = names[row];
    if (name === undefined) continue;
    const middle = row * cell + cell / 2 + 4;
    parts.push(
      `<text x="${margin - 6}" y="${head + middle}" text-anchor="end">${escapeXml(name)}</text>`,
      `<text transform="translate(${margin + middle},${head + k * cell + 8}) rotate(90)">${escapeXml(name)}</text>`,
    );
  }
  const width = Math.max(TITLED, margin + k * cell + 16);
  const height = head + k * cell + margin;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="${size}" fill="#222">` +
    `<rect width="100%" height="100%" fill="#fff"/><text x="8" y="20" font-size="13">rows: true class, columns: prediction</text>${parts.join('')}</svg>`;
  const bytes = await sharp(Buffer.from(svg), { unlimited: true })
    .flatten({ background: '#fff' })
    .png()
    .toBuffer();
  return { width, height, bytes };
}
