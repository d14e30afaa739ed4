// Draws marks of four kinds, distinguished by their form alone.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@saker/spec';
import sharp from 'sharp';

const SIDE = 40;

export const KINDS = {
  disc: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"/>`,
  ring: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r * 0.75}" fill="none" stroke-width="${r * 0.4}"/>`,
  cross: (x, y, r) => `<path d="M${x - r} ${y}H${x + r}M${x} ${y - r}V${y + r}" stroke-width="${r * 0.5}"/>`,
  bars: (x, y, r) =>
    `<path d="M${x - r} ${y - r * 0.6}H${x + r}M${x - r} ${y + r * 0.6}H${x + r}" stroke-width="${r * 0.5}"/>`,
};

/**
 * Writes folder/<kind>/NNN.png, `count` of each kind.
 * @param wrong share of the pictures that are put into the folder of the next kind.
 */
export async function drawMarks(folder, count, seed, wrong = 0) {
  const random = new Random(seed);
  const between = (low, high) => low + (high - low) * random.uniform();
  const names = Object.keys(KINDS);
  for (const name of names) await mkdir(join(folder, name), { recursive: true });
  for (const [k, name] of names.entries()) {
    for (let i = 0; i < count; i += 1) {
      const r = between(9, 14);
      const [x, y] = [between(r, SIDE - r), between(r, SIDE - r)];
      const colour = `hsl(${between(0, 360)}, 70%, ${between(60, 80)}%)`;
      const mark = `<g fill="${colour}" stroke="${colour}" stroke-width="0">${KINDS[name](x, y, r)}</g>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="hsl(${between(0, 360)}, 30%, ${between(5, 30)}%)"/>${mark}</svg>`;
      const label = random.uniform() < wrong ? names[(k + 1) % names.length] : name;
      const file = join(folder, label, `${name}-${String(i).padStart(3, '0')}.png`);
      await sharp(Buffer.from(svg)).removeAlpha().png().toFile(file);
    }
  }
  return folder;
}
