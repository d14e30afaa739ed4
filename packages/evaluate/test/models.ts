/** Small real models and pictures for tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { evalPipeline, type ModelMetadata, makeModelMetadata } from '@saker/spec';
import sharp from 'sharp';

export const LABELS = ['ant', 'bee', 'cat'];

/** Metadata of `smallModel`. */
export function smallMetadata(channels: 1 | 3 = 3, labels: readonly string[] = LABELS): ModelMetadata {
  const grey = channels === 1;
  const pipeline = evalPipeline({ size: 32, channels, ...(grey ? { mean: [0.5], std: [0.25] } : {}) });
  return makeModelMetadata({ labels, eval: pipeline });
}

/** A zoo model with random weights and three classes, with or without Saker metadata. */
export function smallModel(options: { channels?: 1 | 3; metadata?: ModelMetadata | null } = {}): Uint8Array {
  const { channels = 3 } = options;
  const model = buildModel('small_cnn', { numClasses: 3, size: 32, inChannels: channels, seed: 7 });
  const metadata = options.metadata === undefined ? smallMetadata(channels) : options.metadata;
  return writeModel(metadata ? embedMetadata(model, metadata) : model);
}

/** A noisy picture, unlike for each seed. */
export async function picture(seed: number, format: 'png' | 'jpeg' = 'jpeg', side = 48): Promise<Buffer> {
  const pixels = Buffer.alloc(side * side * 3);
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = (Math.imul(i + 1, 2654435761) ^ Math.imul(seed + 1, 40503)) >>> 24;
  const background = { r: (seed * 67) % 256, g: (seed * 131) % 256, b: (seed * 29) % 256 };
  return sharp({ create: { width: side, height: side, channels: 3, background } })
    .composite([{ input: pixels, raw: { width: side, height: side, channels: 3 }, blend: 'soft-light' }])
    .toFormat(format)
    .toBuffer();
}

/** A temporary folder; `remove` deletes it. */
export async function temporary(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'saker-evaluate-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Writes numbered pictures into a folder and returns their paths. */
export async function pictures(dir: string, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const format = i % 3 === 2 ? 'png' : 'jpeg';
    const path = join(dir, `${i}.${format}`);
    await writeFile(path, await picture(i, format, 24 + ((i * 7) % 60)));
    paths.push(path);
  }
  return paths;
}
