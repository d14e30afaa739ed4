// Draws the data: each picture shows any of four shapes, or none, and labels.csv says which.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@saker/spec';
import sharp from 'sharp';

const SIDE = 48;
const HUES = { circle: 0, cross: 60, square: 130, triangle: 230 };

const SHAPES = {
  circle: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"/>`,
  cross: (x, y, r) => `<path d="M${x - r} ${y}H${x + r}M${x} ${y - r}V${y + r}" stroke-width="${r * 0.7}"/>`,
  square: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`,
  triangle: (x, y, r) => `<path d="M${x} ${y - r}L${x + r} ${y + r}L${x - r} ${y + r}Z"/>`,
};

/** Writes `count` pictures, and a manifest with the columns path and labels; gives its path. */
export async function drawPictures(folder, count, seed) {
  await mkdir(folder, { recursive: true });
  const random = new Random(seed);
  const between = (low, high) => low + (high - low) * random.uniform();
  const rows = ['path,labels'];
  for (let i = 0; i < count; i += 1) {
    const labels = Object.keys(SHAPES).filter(() => random.uniform() < 0.4);
    const drawn = labels.map((shape) => {
      const colour = `hsl(${HUES[shape] + between(-18, 18)}, 75%, ${between(40, 65)}%)`;
      const r = between(6, 10);
      const [x, y] = [between(r, SIDE - r), between(r, SIDE - r)];
      return `<g fill="${colour}" stroke="${colour}">${SHAPES[shape](x, y, r)}</g>`;
    });
    const ground = `<rect width="100%" height="100%" fill="hsl(0, 0%, ${between(10, 90)}%)"/>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">${ground}${drawn.join('')}</svg>`;
    const name = `${String(i).padStart(4, '0')}.png`;
    await sharp(Buffer.from(svg)).removeAlpha().png().toFile(join(folder, name));
    rows.push(`${name},${labels.join('|')}`);
  }
  const manifest = join(folder, 'labels.csv');
  await writeFile(manifest, `${rows.join('\n')}\n`);
  return manifest;
}
