/** Small real picture files for tests: PNG and JPEG discs and bars on noisy backgrounds. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@saker/spec';
import sharp from 'sharp';

const SIDE = 40;

/** Class 0 draws a disc, class 1 a bar; colours and places vary. */
function draw(label: number, random: Random): Buffer {
  const pixels = Buffer.alloc(SIDE * SIDE * 3);
  const cx = 14 + random.below(12);
  const cy = 14 + random.below(12);
  const ink = [random.below(90), random.below(90), random.below(90)];
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const inside = label === 0 ? (x - cx) ** 2 + (y - cy) ** 2 < 100 : Math.abs(y - cy) < 3;
      for (let c = 0; c < 3; c++) {
        const noise = random.below(40);
        pixels[(y * SIDE + x) * 3 + c] = inside ? (ink[c] as number) + noise : 200 + noise;
      }
    }
  }
  return pixels;
}

/** Writes `perClass` pictures of each of two classes into class folders; odd ones are JPEG. */
export async function writeShapes(root: string, perClass: number, seed = 1): Promise<void> {
  for (const [label, name] of ['bar', 'disc'].entries()) {
    await mkdir(join(root, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const raw = sharp(draw(1 - label, new Random(seed, label * 10_000 + i)), {
        raw: { width: SIDE, height: SIDE, channels: 3 },
      });
      const bytes = i % 2 ? await raw.jpeg({ quality: 90 }).toBuffer() : await raw.png().toBuffer();
      await writeFile(join(root, name, `${i}.${i % 2 ? 'jpg' : 'png'}`), bytes);
    }
  }
}
