/** Pictures made on the spot: colourful noise that every step of the pipeline changes. */

import sharp from 'sharp';
import { crc32 } from './crc32.js';

/** A smooth pattern that depends on `seed`, as JPEG. */
export async function jpeg(seed = 1, width = 96, height = 64): Promise<Buffer> {
  return draw(seed, width, height).jpeg({ quality: 90 }).toBuffer();
}

/** The same pattern as PNG. */
export async function png(seed = 1, width = 96, height = 64): Promise<Buffer> {
  return draw(seed, width, height).png().toBuffer();
}

function draw(seed: number, width: number, height: number): sharp.Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[(y * width + x) * 3 + c] =
          128 + 127 * Math.sin((x * (c + 1) + y * seed) / 9 + seed * c + (x * y) / 400);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A JPEG whose header says 10,000 x 10,000; its pixels are those of a small one. */
export async function hugeJpeg(): Promise<Buffer> {
  const bytes = Buffer.from(await jpeg());
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(10_000, frame + 5);
  bytes.writeUInt16BE(10_000, frame + 7);
  return bytes;
}

/** A PNG whose header says 10,000 x 10,000, checksum included. */
export async function hugePng(): Promise<Buffer> {
  const bytes = Buffer.from(await png());
  bytes.writeUInt32BE(10_000, 16);
  bytes.writeUInt32BE(10_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}
