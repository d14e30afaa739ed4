import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '@saker/core-native';
import * as F from '@saker/core-native/functional';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureFolder, png, rejection } from './fixtures/pictures.js';
import { sharedDir } from './fixtures/shared.js';

const { folder, remove } = pictureFolder(0);
afterAll(remove);

const file = join(folder, 'picture.png');
writeFileSync(file, png(31, 22, 4));
const pixels = await decode(file);

/** Output at (x, y) is `of` input at the place that `from` names. */
async function expectPixels(
  made: Promise<F.PixelInput>,
  size: readonly [number, number],
  from: (x: number, y: number, c: number) => readonly [number, number, number],
  of: (v: number) => number = (v) => v,
): Promise<void> {
  const got = await made;
  expect([got.width, got.height, got.channels]).toEqual([...size, 3]);
  const want = new Uint8Array(got.data.length);
  for (let y = 0, i = 0; y < got.height; y++) {
    for (let x = 0; x < got.width; x++) {
      for (let c = 0; c < 3; c++, i++) {
        const [sx, sy, sc] = from(x, y, c);
        want[i] = of(pixels.data[(sy * pixels.width + sx) * 3 + sc] ?? 0);
      }
    }
  }
  expect(got.data).toEqual(want);
}

const ALL: Readonly<Record<string, (input: F.FunctionalInput) => Promise<F.PixelInput>>> = {
  resize: (i) => F.resize(i, [9, 13], { interpolation: 'bicubic' }),
  resizedCrop: (i) => F.resizedCrop(i, 3, 4, 10, 12, 7),
  crop: (i) => F.crop(i, 1, 2, 5, 6),
  centerCrop: (i) => F.centerCrop(i, 8),
  fiveCrop: async (i) => (await F.fiveCrop(i, 8))[1] as F.PixelInput,
  tenCrop: async (i) => (await F.tenCrop(i, [9, 8]))[7] as F.PixelInput,
  pad: (i) => F.pad(i, [1, 2], { paddingMode: 'reflect' }),
  horizontalFlip: F.horizontalFlip,
  verticalFlip: F.verticalFlip,
  rotate: (i) => F.rotate(i, 33, { interpolation: 'bilinear', fill: [1, 2, 3] }),
  affine: (i) => F.affine(i, -12, [2, -1], 0.8, [5, 3], { interpolation: 'bicubic' }),
  perspective: (i) =>
    F.perspective(
      i,
      [
        [0, 0],
        [30, 0],
        [30, 21],
        [0, 21],
      ],
      [
        [3, 1],
        [29, 2],
        [27, 20],
        [1, 19],
      ],
    ),
  adjustBrightness: (i) => F.adjustBrightness(i, 0.7),
  adjustContrast: (i) => F.adjustContrast(i, 1.4),
  adjustSaturation: (i) => F.adjustSaturation(i, 0.2),
  adjustHue: (i) => F.adjustHue(i, -0.2),
  adjustGamma: (i) => F.adjustGamma(i, 0.6, 1.1),
  adjustSharpness: (i) => F.adjustSharpness(i, 1.7),
  gaussianNoise: (i) => F.gaussianNoise(i, { sigma: 0.2, seed: 3 }),
  jpeg: (i) => F.jpeg(i, 60),
  erase: (i) => F.erase(i, 2, 3, 4, 5, [1, 2, 3]),
  invert: F.invert,
  posterize: (i) => F.posterize(i, 3),
  solarize: (i) => F.solarize(i, 100),
  autocontrast: F.autocontrast,
  equalize: F.equalize,
  permuteChannels: (i) => F.permuteChannels(i, [2, 0, 1]),
  rgbToGrayscale: (i) => F.rgbToGrayscale(i, 3),
  gaussianBlur: (i) => F.gaussianBlur(i, [5, 3], [1.2, 0.8]),
};

describe('functional transforms', () => {
  it('are all in this test', () => {
    expect(Object.keys(F).sort()).toEqual(Object.keys(ALL).sort());
  });

  it.each(Object.entries(ALL))(
    '%s gives the same pixels for a file, its bytes and its pixels',
    async (_, f) => {
      const want = await f(file);
      expect(await f(readFileSync(file))).toEqual(want);
      expect(await f(pixels)).toEqual(want);
      expect(want.data).not.toEqual(pixels.data);
      expect(want.data.length).toBe(want.width * want.height * want.channels);
    },
  );

  it('move pixels where their names say', async () => {
    await expectPixels(F.horizontalFlip(pixels), [31, 22], (x, y, c) => [30 - x, y, c]);
    await expectPixels(F.verticalFlip(pixels), [31, 22], (x, y, c) => [x, 21 - y, c]);
    await expectPixels(F.crop(pixels, 2, 5, 7, 9), [9, 7], (x, y, c) => [x + 5, y + 2, c]);
    await expectPixels(F.centerCrop(pixels, [10, 11]), [11, 10], (x, y, c) => [x + 10, y + 6, c]);
    await expectPixels(F.permuteChannels(pixels, [2, 0, 1]), [31, 22], (x, y, c) => [x, y, [2, 0, 1][c]!]);
    const clamp = (v: number, n: number): number => Math.min(Math.max(v, 0), n - 1);
    await expectPixels(F.pad(pixels, [1, 2, 3, 4], { paddingMode: 'edge' }), [35, 28], (x, y, c) => [
      clamp(x - 1, 31),
      clamp(y - 2, 22),
      c,
    ]);
  });

  it('map values as their names say', async () => {
    const same = (x: number, y: number, c: number) => [x, y, c] as const;
    await expectPixels(F.invert(pixels), [31, 22], same, (v) => 255 - v);
    await expectPixels(F.posterize(pixels, 2), [31, 22], same, (v) => v & 0xc0);
    await expectPixels(F.solarize(pixels, 99), [31, 22], same, (v) => (v < 99 ? v : 255 - v));
    await expectPixels(F.adjustGamma(pixels, 2), [31, 22], same, (v) => Math.floor(255.999 * (v / 255) ** 2));
    await expectPixels(F.adjustSharpness(pixels, 1), [31, 22], same);
    await expectPixels(F.adjustBrightness(pixels, 0), [31, 22], same, () => 0);
  });

  it('keep one channel of grey pixels, and take one pixel', async () => {
    const grey = { data: new Uint8Array([10, 20, 30, 40]), width: 2, height: 2, channels: 1 };
    expect(await F.horizontalFlip(grey)).toEqual({ ...grey, data: new Uint8Array([20, 10, 40, 30]) });
    expect((await F.rgbToGrayscale(grey, 3)).channels).toBe(3);
    expect((await F.rgbToGrayscale(pixels)).data.length).toBe(31 * 22);
    const one = { data: new Uint8ClampedArray([7, 8, 9]), width: 1, height: 1, channels: 3 };
    for (const f of [F.equalize, F.autocontrast, ALL.gaussianBlur!, ALL.adjustSharpness!]) {
      expect([...(await f(one)).data]).toEqual([7, 8, 9]);
    }
  });

  it('add the same noise for the same seed', async () => {
    const noise = (seed: number) => F.gaussianNoise(pixels, { sigma: 0.3, seed });
    expect((await noise(1)).data).toEqual((await noise(1)).data);
    expect((await noise(1)).data).not.toEqual((await noise(2)).data);
    expect((await F.gaussianNoise(pixels, { sigma: 0 })).data).toEqual(pixels.data);
    expect((await rejection(() => noise(-1))).code).toBe('E_ARG_INVALID');
  });

  it('give the pixels that sharp decodes from a JPEG of the same quality', async () => {
    const { data, width, height } = pixels;
    const raw = { width, height, channels: 3 as const };
    // The compressor of sharp, told to do as libjpeg's defaults.
    const file = await sharp(data, { raw }).jpeg({ quality: 60, chromaSubsampling: '4:2:0' }).toBuffer();
    expect((await F.jpeg(pixels, 60)).data).toEqual((await decode(file)).data);
    expect((await rejection(() => F.jpeg(pixels, 0))).code).toBe('E_PIPELINE_INVALID');
  });

  it('erase a box, cut off at the border', async () => {
    const { data, width, height } = await F.erase(pixels, 20, 28, 9, 9, [7, 8, 9]);
    const want = Uint8Array.from(pixels.data);
    for (let y = 20; y < height; y++) {
      for (let x = 28; x < width; x++) want.set([7, 8, 9], (y * width + x) * 3);
    }
    expect(data).toEqual(want);
  });

  it('read a view of a larger buffer at its own place', async () => {
    const data = new Uint8Array([1, 2, 3, 4, 5, 6, 7]).subarray(1, 4);
    expect([...(await F.invert({ data, width: 1, height: 1, channels: 3 })).data]).toEqual([253, 252, 251]);
  });

  it('blur with the default sigma of torchvision when none is given', async () => {
    expect(await F.gaussianBlur(pixels, 5)).toEqual(await F.gaussianBlur(pixels, [5, 5], 1.1));
  });

  it.each([
    ['too few values', { data: new Uint8Array(5), width: 1, height: 2, channels: 3 }, 'E_ARG_INVALID'],
    ['too many values', { data: new Uint8Array(7), width: 1, height: 2, channels: 3 }, 'E_ARG_INVALID'],
    ['floats', { data: new Float32Array(6), width: 1, height: 2, channels: 3 }, 'E_ARG_INVALID'],
    ['two channels', { data: new Uint8Array(4), width: 1, height: 2, channels: 2 }, 'E_ARG_INVALID'],
    ['no width', { data: new Uint8Array(0), width: 0, height: 2, channels: 3 }, 'E_ARG_INVALID'],
    ['half a pixel', { data: new Uint8Array(3), width: 0.5, height: 2, channels: 3 }, 'E_ARG_INVALID'],
    ['null', null, 'E_ARG_INVALID'],
    ['a file that is not there', join(folder, 'none.png'), 'E_FILE_NOT_FOUND'],
    ['no bytes', new Uint8Array(0), 'E_IMAGE_EMPTY'],
  ])('reject %s', async (_, input, code) => {
    expect((await rejection(() => F.invert(input as F.FunctionalInput))).code).toBe(code);
  });

  it.each([
    ['bits', () => F.posterize(pixels, 9)],
    ['threshold', () => F.solarize(pixels, Number.NaN)],
    ['gamma', () => F.adjustGamma(pixels, -1)],
    ['sharpness_factor', () => F.adjustSharpness(pixels, -0.1)],
    ['brightness', () => F.adjustBrightness(pixels, -1)],
    ['hue', () => F.adjustHue(pixels, 0.6)],
    ['size', () => F.resize(pixels, 0)],
    ['padding', () => F.pad(pixels, -1)],
    ['kernel_size', () => F.gaussianBlur(pixels, 4)],
    ['sigma', () => F.gaussianBlur(pixels, 3, 0)],
    ['permutation', () => F.permuteChannels(pixels, [0, 1, 1])],
  ])('reject a %s out of range and name it', async (name, call) => {
    const error = await rejection(call);
    expect(error.code).toBe('E_PIPELINE_INVALID');
    expect(error.message).toContain(name);
  });

  it('reject three kernel sizes or sigmas', async () => {
    expect((await rejection(() => F.gaussianBlur(pixels, [3, 3, 3]))).code).toBe('E_ARG_INVALID');
    expect((await rejection(() => F.gaussianBlur(pixels, 3, [1, 1, 1]))).code).toBe('E_ARG_INVALID');
  });
});

const shared = sharedDir();
if (!shared)
  process.stdout.write('functional golden tests skipped: no folder `shared` beside the checkout\n');

describe.skipIf(!shared)('functional transforms against torchvision on Pillow', () => {
  const golden = join(shared ?? '', 'golden/ops');
  type Case = { case: string; source: string; input: string; params: Record<string, number> };
  const cases: readonly Case[] = shared
    ? JSON.parse(readFileSync(join(golden, 'index.json'), 'utf8')).cases
    : [];
  const calls: Readonly<Record<string, (i: string, p: Record<string, number>) => Promise<F.PixelInput>>> = {
    hflip: (i) => F.horizontalFlip(i),
    vflip: (i) => F.verticalFlip(i),
    brightness: (i, p) => F.adjustBrightness(i, p.factor!),
    contrast: (i, p) => F.adjustContrast(i, p.factor!),
    saturation: (i, p) => F.adjustSaturation(i, p.factor!),
    sharpness: (i, p) => F.adjustSharpness(i, p.factor!),
    gamma: (i, p) => F.adjustGamma(i, p.gamma!),
    gray: (i) => F.rgbToGrayscale(i, 3),
    posterize: (i, p) => F.posterize(i, p.bits!),
    solarize: (i, p) => F.solarize(i, p.threshold!),
    autocontrast: (i) => F.autocontrast(i),
    equalize: (i) => F.equalize(i),
    invert: (i) => F.invert(i),
    blur: (i, p) => F.gaussianBlur(i, p.kernel_size!, p.sigma!),
  };

  it.each(Object.keys(calls))('%s is at most 1 level off', async (kind) => {
    const some = cases.filter((c) => c.case.endsWith(`-${kind}`));
    expect(some.length).toBe(5);
    for (const c of some) {
      const want = await decode(join(golden, `${c.case}.png`));
      const got = await calls[kind]!(join(golden, c.input), c.params);
      expect(got.data.length).toBe(want.data.length);
      const worst = got.data.reduce((most, v, i) => Math.max(most, Math.abs(v - want.data[i]!)), 0);
      expect(worst).toBeLessThanOrEqual(1);
    }
  });
});
