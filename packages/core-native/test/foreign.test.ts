/** Formats that go through sharp: GIF, TIFF, AVIF, SVG. Pictures are drawn by sharp from known pixels. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compilePipeline, decode, probe } from '@saker/core-native';
import { evalPipeline } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { pictureFolder, pixel, png, rejection } from './fixtures/pictures.js';

const { folder, files, remove } = pictureFolder(1);
afterAll(remove);

const WIDTH = 40;
const HEIGHT = 24;

function pixels(seed: number): Buffer {
  const out = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let i = 0; i < out.length; i++) {
    const at = Math.floor(i / 3);
    out[i] = pixel(at % WIDTH, Math.floor(at / WIDTH), i % 3, seed);
  }
  return out;
}

const draw = (seed: number): sharp.Sharp =>
  sharp(pixels(seed), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

const svg = (body: string, size = 'width="20" height="10"'): Buffer =>
  Buffer.from(
    `<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg" ${size}>${body}</svg>`,
  );

test('TIFF comes back exactly, from a file and from bytes, whatever its name says', async () => {
  const bytes = await draw(1).tiff({ compression: 'lzw' }).toBuffer();
  const file = join(folder, 'really-a-tiff.jpg');
  writeFileSync(file, bytes);
  for (const input of [bytes, file]) {
    const { data, width, height, channels } = await decode(input);
    expect([width, height, channels]).toEqual([WIDTH, HEIGHT, 3]);
    expect(Buffer.compare(data, pixels(1))).toBe(0);
  }
  expect(await probe(file)).toEqual({
    format: 'tiff',
    width: WIDTH,
    height: HEIGHT,
    storedWidth: WIDTH,
    storedHeight: HEIGHT,
    channels: 3,
    bitDepth: 8,
    orientation: 1,
    hasAlpha: false,
  });
});

test('WebP is native: lossless pixels come back exactly, alpha is dropped', async () => {
  const bytes = await draw(1).ensureAlpha(0.5).webp({ lossless: true, exact: true }).toBuffer();
  expect((await probe(bytes)).format).toBe('webp');
  expect((await probe(bytes)).hasAlpha).toBe(true);
  expect(Buffer.compare((await decode(bytes)).data, pixels(1))).toBe(0);
});

test('a TIFF is turned upright by its orientation', async () => {
  const bytes = await draw(2).withMetadata({ orientation: 6 }).tiff({ compression: 'lzw' }).toBuffer();
  const info = await probe(bytes);
  expect([info.width, info.height, info.storedWidth, info.orientation]).toEqual([HEIGHT, WIDTH, WIDTH, 6]);
  const { data, width } = await decode(bytes);
  expect(width).toBe(HEIGHT);
  // The stored lower left corner is the upper left one now.
  expect(data[0]).toBe(pixel(0, HEIGHT - 1, 0, 2));
});

test('16-bit samples are rounded to eight as in a PNG', async () => {
  const deep = new Uint16Array([0, 127, 129, 257, 65_406, 65_535]);
  const raw = { width: 2, height: 1, channels: 3 as const };
  const bytes = await sharp(deep, { raw }).toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer();
  expect((await probe(bytes)).bitDepth).toBe(16);
  expect([...(await decode(bytes)).data]).toEqual(
    [...deep].map((v) => Math.floor((v * 255 + 32_767) / 65_535)),
  );
});

test('a GIF is its first frame and an AVIF its picture', async () => {
  const frames = await Promise.all([3, 4].map((seed) => draw(seed).png().toBuffer()));
  const gif = await sharp(frames, { join: { animated: true } })
    .gif({ colours: 256, dither: 0 })
    .toBuffer();
  const avif = await draw(3).avif({ quality: 95 }).toBuffer();
  for (const [format, bytes, bound] of [
    ['gif', gif, 12],
    ['avif', avif, 8],
  ] as const) {
    expect((await probe(bytes)).format).toBe(format);
    const { data, width, height } = await decode(bytes);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    const want = pixels(3);
    const mean = data.reduce((sum, v, i) => sum + Math.abs(v - (want[i] as number)), 0) / data.length;
    expect(mean).toBeLessThan(bound);
  }
});

test('an SVG is drawn on white and reads no file', async () => {
  const half = await decode(svg('<rect width="10" height="10" fill="#204060"/>'));
  expect([half.width, half.height]).toEqual([20, 10]);
  expect([...half.data.subarray(0, 3)]).toEqual([0x20, 0x40, 0x60]);
  expect([...half.data.subarray(57, 60)]).toEqual([255, 255, 255]);
  const url = pathToFileURL(files[0] as string).href;
  const sly = join(folder, 'sly.svg');
  writeFileSync(sly, svg(`<image href="${url}" width="20" height="10"/>`));
  expect(new Set((await decode(sly)).data)).toEqual(new Set([255]));
});

test('the pixel limit holds before anything is drawn', async () => {
  const huge = svg('', 'width="60000" height="60000"');
  const bytes = await draw(1).tiff().toBuffer();
  for (const run of [
    () => decode(huge),
    () => probe(huge),
    () => decode(bytes, { maxPixels: WIDTH * HEIGHT - 1 }),
  ]) {
    expect((await rejection(run)).code).toBe('E_IMAGE_TOO_LARGE');
  }
  expect((await rejection(() => decode(Buffer.concat([svg(''), Buffer.alloc(5 * 2 ** 20, 32)])))).code).toBe(
    'E_IMAGE_TOO_LARGE',
  );
});

test('cut and damaged files are typed errors that name the file', async () => {
  const made = {
    'cut.gif': await draw(1).gif().toBuffer(),
    'cut.tif': await draw(1).tiff({ compression: 'none' }).toBuffer(),
    'cut.avif': await draw(1).avif().toBuffer(),
    'cut.webp': await draw(1).webp().toBuffer(),
  };
  for (const [name, bytes] of Object.entries(made)) {
    const file = join(folder, name);
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2)));
    const error = await rejection(() => decode(file));
    expect(['E_IMAGE_TRUNCATED', 'E_IMAGE_CORRUPT']).toContain(error.code);
    expect(error.message).toContain(file);
  }
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1');
  expect((await rejection(() => decode(heic))).message).toContain('HEIF');
});

test('a pipeline treats them as any other picture, alone and in a batch', async () => {
  const pipeline = compilePipeline(evalPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }));
  const tiff = await draw(5).tiff({ compression: 'lzw' }).toBuffer();
  const same = await draw(5).png().toBuffer();
  const bad = join(folder, 'bad.gif');
  writeFileSync(bad, 'GIF89a');
  const inputs = [png(40, 40), tiff, bad, same, Buffer.from('hello')];
  const { data, statuses } = await pipeline.runBatch(inputs);
  expect(statuses.map((s) => s?.code ?? null)).toEqual([
    null,
    null,
    expect.stringMatching(/^E_IMAGE_(TRUNCATED|CORRUPT)$/),
    null,
    'E_IMAGE_FORMAT',
  ]);
  expect(statuses[2]?.message).toContain(bad);
  const item = 3 * 16 * 16;
  expect(data.slice(item, 2 * item)).toEqual(data.slice(3 * item, 4 * item));
  expect(new Set(data.slice(2 * item, 3 * item))).toEqual(new Set([0]));
  expect((await pipeline.runImage(tiff)).data).toEqual(data.slice(item, 2 * item));
  expect((await rejection(() => pipeline.runImage(bad))).message).toContain(bad);
});

test('sharp is loaded when the first such file is met, not before', async () => {
  const gif = join(folder, 'one.gif');
  writeFileSync(gif, await draw(1).gif().toBuffer());
  const script = `
    import { decode } from '@saker/core-native';
    const loaded = () => process.report.getReport().sharedObjects.some((name) => name.includes('libvips'));
    await decode(${JSON.stringify(files[0])});
    const before = loaded();
    await decode(${JSON.stringify(gif)});
    console.log(before, loaded());`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
  });
  expect(out.toString().trim()).toBe('false true');
});
