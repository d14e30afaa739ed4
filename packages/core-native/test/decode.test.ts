import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilities, decode, probe } from '@saker/core-native';
import { ERRORS, SakerError } from '@saker/spec';
import { afterAll, expect, test } from 'vitest';
import { JPEG_ORIENTATION_6, pictureFolder, pixel, png, rejection } from './fixtures/pictures.js';

const { folder, files, remove } = pictureFolder(1);
afterAll(remove);

test('capabilities name the SIMD target, the codecs and CUDA or why it is not used', () => {
  const found = capabilities();
  expect(found.simdTargets).toContain(found.simdTarget);
  expect(found.threads).toBeGreaterThan(0);
  expect(found.codecs.jpeg).toMatch(/^\d+\.\d+/);
  expect(found.cuda.available).toBe(found.cuda.reason === '');
});

test('a PNG comes back exactly, from a file and from bytes', async () => {
  const bytes = png(33, 21, 4);
  const file = join(folder, 'exact.png');
  writeFileSync(file, bytes);
  for (const input of [bytes, file]) {
    const { data, width, height, channels } = await decode(input);
    expect([width, height, channels]).toEqual([33, 21, 3]);
    for (const [x, y] of [
      [0, 0],
      [32, 20],
      [17, 9],
    ] as const) {
      for (let c = 0; c < 3; c++) expect(data[(y * 33 + x) * 3 + c]).toBe(pixel(x, y, c, 4));
    }
  }
});

test('probe tells upright and stored sizes', async () => {
  expect(await probe(JPEG_ORIENTATION_6)).toEqual({
    format: 'jpeg',
    width: 16,
    height: 24,
    storedWidth: 24,
    storedHeight: 16,
    channels: 3,
    bitDepth: 8,
    orientation: 6,
    hasAlpha: false,
  });
});

test('decode turns a picture upright', async () => {
  const { data, width, height } = await decode(JPEG_ORIENTATION_6);
  expect([width, height]).toEqual([16, 24]);
  const at = (x: number, y: number): number[] => [...data.subarray((y * 16 + x) * 3, (y * 16 + x) * 3 + 3)];
  const near = (got: number[], want: number[]): void => {
    got.forEach((v, i) => {
      expect(Math.abs(v - (want[i] as number))).toBeLessThan(12);
    });
  };
  // Turned clockwise: the stored upper left is upper right now, the stored lower left is upper left.
  near(at(14, 1), [220, 200, 90]);
  near(at(1, 1), [220, 40, 90]);
  near(at(14, 22), [30, 200, 90]);
  near(at(1, 22), [30, 40, 90]);
});

test('what cannot be decoded is a SakerError that names the file', async () => {
  const text = join(folder, 'photo.jpg');
  writeFileSync(text, 'not a picture');
  const empty = join(folder, 'empty.png');
  writeFileSync(empty, '');
  const cut = join(folder, 'cut.jpg');
  writeFileSync(cut, JPEG_ORIENTATION_6.subarray(0, JPEG_ORIENTATION_6.length - 40));
  const cases: [string, string][] = [
    [join(folder, 'missing.jpg'), 'E_FILE_NOT_FOUND'],
    [folder, 'E_FILE_READ'],
    [text, 'E_IMAGE_FORMAT'],
    [empty, 'E_IMAGE_EMPTY'],
    [cut, 'E_IMAGE_TRUNCATED'],
  ];
  for (const [file, code] of cases) {
    const error = await rejection(() => decode(file));
    expect(error).toBeInstanceOf(SakerError);
    expect(error.code).toBe(code);
    expect(error.message).toContain(file);
    expect(error.message).not.toMatch(/\{[a-z]+\}/);
  }
  expect((await rejection(() => decode(Buffer.from('GIF89a')))).message).toContain('GIF');
  expect(ERRORS.E_IMAGE_TRUNCATED.httpStatus).toBe(422);
});

test('the pixel limit is judged from the header', async () => {
  const bytes = png(40, 25);
  expect((await probe(bytes, { maxPixels: 1000 })).width).toBe(40);
  expect((await rejection(() => probe(bytes, { maxPixels: 999 }))).code).toBe('E_IMAGE_TOO_LARGE');
  expect((await rejection(() => decode(bytes.subarray(0, 60), { maxPixels: 999 }))).code).toBe(
    'E_IMAGE_TOO_LARGE',
  );
});

test('wrong arguments are refused before any native call', async () => {
  for (const input of [undefined, 7, '', 'a\0b', [files[0]], new Float32Array(3)]) {
    expect((await rejection(() => decode(input as never))).code).toBe('E_ARG_INVALID');
  }
  for (const maxPixels of [0, -1, 1.5, Number.NaN, '9']) {
    expect((await rejection(() => probe(files[0] as string, { maxPixels: maxPixels as number }))).code).toBe(
      'E_ARG_INVALID',
    );
  }
});
