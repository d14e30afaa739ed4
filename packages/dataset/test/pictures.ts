/** Real picture files for tests, made in temporary folders. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** A noisy PNG or JPEG, unlike for each seed. */
export async function picture(seed: number, format: 'png' | 'jpeg' = 'png', side = 16): Promise<Buffer> {
  const pixels = Buffer.alloc(side * side * 3);
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = (Math.imul(i + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 24;
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** A temporary folder with the files given; `remove` deletes it. */
export async function folderOf(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'saker-dataset-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
