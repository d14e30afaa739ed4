/** The first pictures of a batch side by side, as the network sees them, with what they are to be taken for. */
import type { PipelineSpec } from '@saker/spec';
import sharp from 'sharp';
import { escapeXml, shorten } from './escape.js';
import type { PngImage } from './png.js';

/** A batch in host memory: f32, [N,C,H,W] or [N,H,W,C] by `layout`, C 1 or 3. */
export interface SheetBatch {
  readonly data: Float32Array;
  readonly shape: readonly number[];
  readonly layout: 'NCHW' | 'NHWC';
  readonly labels: Int32Array;
  /** Soft targets [N,K]. */
  readonly targets?: Float32Array;
  readonly statuses: readonly unknown[];
}

const CAPTION = 16;
const GAP = 4;
/** Tiles are enlarged by whole factors up to about this side, so that pixels stay pixels. */
const TILE = 96;
const BACKGROUND = 238;

/** What undoes the last Normalize of a pipeline: x * std + mean is 0..1. */
export function denormalization(pipeline: PipelineSpec): { readonly mean: number[]; readonly std: number[] } {
  const normalize = pipeline.ops.findLast((op) => op.op === 'Normalize');
  return normalize
    ? { mean: [...normalize.mean], std: [...normalize.std] }
    : { mean: [0, 0, 0], std: [1, 1, 1] };
}

/** Class names of item `i`, the greater share first: `cat`, or `cat 0.7 dog 0.3` of a mixed picture. */
function caption(batch: SheetBatch, i: number, classes: readonly string[]): string {
  if (batch.statuses[i]) return 'unreadable';
  const width = (batch.targets?.length ?? 0) / batch.statuses.length;
  if (!batch.targets || width !== classes.length) return classes[batch.labels[i] as number] ?? 'no label';
  const shares = [...batch.targets.subarray(i * classes.length, (i + 1) * classes.length)]
    .map((share, k) => ({ share, name: classes[k] as string }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  return shares.map(({ share, name }) => (share < 1 ? `${name} ${share.toFixed(2)}` : name)).join(' ');
}

/** Draws up to `limit` items in rows of `columns`. */
export async function contactSheet(
  batch: SheetBatch,
  pipeline: PipelineSpec,
  classes: readonly string[],
  { limit = 16, columns = 4 } = {},
): Promise<PngImage> {
  const [n = 0, a = 0, b = 0, c = 0] = batch.shape;
  const [channels, h, w] = batch.layout === 'NCHW' ? [a, b, c] : [c, a, b];
  const scale = Math.max(1, Math.round(TILE / Math.max(w, h)));
  const count = Math.min(n, limit);
  const across = Math.min(columns, count);
  const cell = { w: w * scale + GAP, h: h * scale + CAPTION + GAP };
  const width = across * cell.w + GAP;
  const height = Math.ceil(count / across) * cell.h + GAP;
  const pixels = new Uint8Array(width * height * 3).fill(BACKGROUND);
  const { mean, std } = denormalization(pipeline);
  const strides = batch.layout === 'NCHW' ? { c: h * w, y: w, x: 1 } : { c: 1, y: w * channels, x: channels };
  const texts: string[] = [];
  const letters = Math.max(4, Math.floor((w * scale) / 7));
  for (let i = 0; i < count; i++) {
    const left = GAP + (i % across) * cell.w;
    const top = GAP + Math.floor(i / across) * cell.h;
    for (let y = 0; y < h * scale; y++) {
      for (let x = 0; x < w * scale; x++) {
        const from =
          i * channels * h * w + Math.floor(y / scale) * strides.y + Math.floor(x / scale) * strides.x;
        const to = ((top + y) * width + left + x) * 3;
        for (let k = 0; k < 3; k++) {
          const channel = Math.min(k, channels - 1);
          const value =
            (batch.data[from + channel * strides.c] as number) * (std[channel] ?? 1) + (mean[channel] ?? 0);
          pixels[to + k] = Math.max(0, Math.min(255, Math.round(value * 255)));
        }
      }
    }
    const text = escapeXml(shorten(caption(batch, i, classes), letters));
    texts.push(`<text x="${left}" y="${top + h * scale + CAPTION - 4}">${text}</text>`);
  }
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `font-family="sans-serif" font-size="12" fill="#222">${texts.join('')}</svg>`;
  const bytes = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
  return { width, height, bytes };
}
