// Draws tomatoes: nearly all ripe, some turning, few unripe. Their hues overlap, so that no model can be always right.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@saker/spec';
import sharp from 'sharp';

const SIDE = 40;
const HUES = { ripe: 5, turning: 29, unripe: 53 };
const SPREAD = 14;

/** Writes folder/<class>/NNN.png, as many of each class as `counts` says. */
export async function drawTomatoes(folder, counts, seed) {
  const random = new Random(seed);
  const between = (low, high) => low + (high - low) * random.uniform();
  for (const [label, count] of Object.entries(counts)) {
    await mkdir(join(folder, label), { recursive: true });
    for (let i = 0; i < count; i += 1) {
      const colour = `hsl(${HUES[label] + SPREAD * random.normal()}, 80%, ${between(40, 55)}%)`;
      const r = between(9, 15);
      const [x, y] = [between(r, SIDE - r), between(r, SIDE - r)];
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="hsl(0, 0%, ${between(15, 85)}%)"/><circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/></svg>`;
      const file = join(folder, label, `${String(i).padStart(3, '0')}.png`);
      await sharp(Buffer.from(svg)).removeAlpha().png().toFile(file);
    }
  }
  return folder;
}
