/**
 * Damaged files through the public API: each is a picture or a typed error that names its file; nothing crashes,
 * hangs or leaks. 500 files by default; SAKER_MUTATIONS=10000 for the long run, which also watches the memory.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilePipeline, probe } from '@saker/core-native';
import { evalPipeline, type SakerError } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { generator, mutate } from './fixtures/mutations.js';
import { JPEG_ORIENTATION_6, pixel, png } from './fixtures/pictures.js';

const COUNT = Number(process.env.SAKER_MUTATIONS ?? 500);
const BATCH = 100;
/** One file in so many is of a format that goes through sharp. */
const FOREIGN_EVERY = 10;

const folder = mkdtempSync(join(tmpdir(), 'saker-mutations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function drawing(width: number, height: number): sharp.Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const at = Math.floor(i / 3);
    data[i] = pixel(at % width, Math.floor(at / width), i % 3, 3);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function goodFiles(): Promise<{ native: Buffer[]; foreign: Buffer[] }> {
  const d = drawing(60, 44);
  const pnm = (header: string, bytes: number) =>
    Buffer.concat([Buffer.from(header), Buffer.alloc(bytes, 0x5a)]);
  const native = [
    JPEG_ORIENTATION_6,
    d.clone().jpeg({ quality: 85, chromaSubsampling: '4:2:0' }),
    d.clone().jpeg({ quality: 60, progressive: true }),
    d.clone().greyscale().jpeg({ quality: 90 }),
    d.clone().toColourspace('cmyk').jpeg(),
    png(50, 40, 2),
    d.clone().png({ progressive: true }),
    d.clone().png({ palette: true, colours: 16 }),
    d.clone().ensureAlpha(0.5).png(),
    d.clone().webp({ quality: 80 }),
    d.clone().webp({ lossless: true }),
    d.clone().ensureAlpha(0.5).webp(),
    pnm('P6\n# made here\n20 10\n255\n', 600),
    pnm('P5 20 10 65535\n', 400),
  ];
  const foreign = [
    d.clone().gif(),
    d.clone().tiff({ compression: 'lzw' }),
    d.clone().tiff({ compression: 'none' }),
    d.clone().avif({ effort: 0, quality: 50 }),
  ];
  const bytes = (all: (Buffer | sharp.Sharp)[]) =>
    Promise.all(all.map(async (one) => (Buffer.isBuffer(one) ? one : one.toBuffer())));
  return { native: await bytes(native), foreign: await bytes(foreign) };
}

const isTyped = (error: unknown, file: string): boolean => {
  const { code, message } = error as SakerError;
  return /^E_(IMAGE|FILE)_/.test(code) && message.includes(file);
};

test(`each of ${COUNT} damaged files is a picture or a typed error that names the file`, async () => {
  const { native, foreign } = await goodFiles();
  const draw = generator(20_240_601);
  const pick = (files: Buffer[]): Buffer => files[draw(files.length)] as Buffer;
  const pipeline = compilePipeline(evalPipeline({ size: 32, mean: [0.5], std: [0.5] }));
  const codes: Record<string, number> = {};
  let slowest = 0;
  let early = 0;
  for (let done = 0; done < COUNT; done += BATCH) {
    const files = Array.from({ length: Math.min(BATCH, COUNT - done) }, (_, i) => {
      const file = join(folder, `m${i}`);
      const good = i % FOREIGN_EVERY === 0 ? foreign : native;
      writeFileSync(file, mutate(pick(good), pick(good), draw));
      return file;
    });
    const started = performance.now();
    const { data, statuses } = await pipeline.runBatch(files, { threads: 2 });
    slowest = Math.max(slowest, performance.now() - started);
    const size = data.length / files.length;
    for (const [i, status] of statuses.entries()) {
      const file = files[i] as string;
      const slot = data.subarray(i * size, (i + 1) * size);
      const name = status === null ? 'picture' : status.code;
      codes[name] = (codes[name] ?? 0) + 1;
      if (status === null) expect(slot.every(Number.isFinite)).toBe(true);
      else {
        expect(isTyped(status, file), `${name} ${status.message}`).toBe(true);
        expect(slot.every((v) => v === 0)).toBe(true);
      }
      const info = await probe(file).catch((error: unknown) => error);
      if (info instanceof Error) expect(isTyped(info, file), info.message).toBe(true);
      else expect((info as { width: number }).width).toBeGreaterThan(0);
    }
    if (done === Math.floor(COUNT / 5 / BATCH) * BATCH) early = process.memoryUsage().rss;
  }
  const grown = Math.round((process.memoryUsage().rss - early) / 2 ** 20);
  console.log(
    `${COUNT} damaged files: ${JSON.stringify(codes)}; slowest batch of ${BATCH} ${slowest.toFixed(0)} ms; ` +
      `memory after the first fifth grew by ${grown} MiB`,
  );
  expect(Object.keys(codes).length).toBeGreaterThan(3);
  expect(codes.picture ?? 0).toBeGreaterThan(0);
  // A leak of one small picture a file would be 80 MB in 10,000.
  if (COUNT >= 10_000) expect(grown).toBeLessThan(64);
}, 600_000);
