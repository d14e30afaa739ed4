import { compilePipeline, Loader } from '@saker/core-native';
import * as F from '@saker/core-native/functional';
import { parsePipeline } from '@saker/spec';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureFolder, rejection } from './fixtures/pictures.js';

const { files, remove } = pictureFolder(8);
afterAll(remove);

const bytes = (ops: object[]) =>
  compilePipeline(parsePipeline({ ops, output: { dtype: 'u8', layout: 'NHWC' } }));
const RESIZE = { op: 'Resize', size: [30, 40] };

/** The box of an RGB picture, rows first. */
function box(data: ArrayLike<number>, width: number, top: number, left: number, h: number, w: number) {
  const out = new Uint8Array(h * w * 3);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w * 3; x++) out[y * w * 3 + x] = data[((top + y) * width + left) * 3 + x] as number;
  return out;
}

const CORNERS = [
  [0, 0],
  [0, 16],
  [10, 0],
  [10, 16],
  [5, 8],
] as const;

describe('FiveCrop and TenCrop in a pipeline', () => {
  it('give the five boxes of the resized picture, from one call', async () => {
    const pipeline = bytes([RESIZE, { op: 'FiveCrop', size: [20, 24] }]);
    expect(pipeline.outputShape).toMatchObject({ views: 5, height: 20, width: 24 });
    for (const file of files) {
      const whole = await bytes([RESIZE]).runImage(file);
      const { data, shape } = await pipeline.runImage(file);
      expect(shape).toEqual([5, 20, 24, 3]);
      CORNERS.forEach(([top, left], view) => {
        expect(data.subarray(view * 1440, (view + 1) * 1440)).toEqual(box(whole.data, 40, top, left, 20, 24));
      });
    }
  });

  it('go into batches and loader batches view after view', async () => {
    const pipeline = bytes([RESIZE, { op: 'TenCrop', size: 16 }]);
    const { data, shape, statuses } = await pipeline.runBatch([...files, Uint8Array.of(1)]);
    expect(shape).toEqual([9, 10, 16, 16, 3]);
    expect(statuses.map((s) => s === null)).toEqual([...files.map(() => true), false]);
    const size = 10 * 16 * 16 * 3;
    expect(data.subarray(8 * size).every((v) => v === 0)).toBe(true);
    for (const [i, file] of files.entries())
      expect((await pipeline.runImage(file)).data).toEqual(data.subarray(i * size, (i + 1) * size));
    const loader = new Loader({
      pipeline,
      samples: files.map((path) => ({ path, label: 0 })),
      batchSize: 8,
    });
    for await (const batch of loader.epoch(0)) {
      expect(batch.shape).toEqual([8, 10, 16, 16, 3]);
      expect(Uint8Array.from(batch.data)).toEqual(data.subarray(0, 8 * size));
      batch.release();
    }
    loader.close();
  });

  it('decode with a DCT scale as the single crops do', async () => {
    const scaled = (ops: object[]) =>
      compilePipeline(
        parsePipeline({ ops, decode: { dct_scaling: 'auto' }, output: { dtype: 'u8', layout: 'NHWC' } }),
      );
    const small = { op: 'Resize', size: [10, 12] };
    for (const file of files) {
      const views = await scaled([small, { op: 'FiveCrop', size: [8, 8] }]).runImage(file);
      const centre = await scaled([small, { op: 'CenterCrop', size: [8, 8] }]).runImage(file);
      expect(views.data.subarray(4 * 192)).toEqual(centre.data);
    }
  });

  it('are refused twice, and with a batch stage', () => {
    const five = { op: 'FiveCrop', size: 8 };
    expect(() => bytes([five, five])).toThrow(/views of views/);
    const mixing = { ops: [five], batch: [{ op: 'MixUp' }] };
    expect(() => parsePipeline(mixing)).toThrow(/views/);
  });
});

describe('the functional crops', () => {
  it("are torchvision's five, and ten with the mirror image's", async () => {
    const picture = await F.resize(files[0] as string, [30, 40]);
    const five = await F.fiveCrop(picture, [20, 24]);
    expect(five.map((p) => p.data)).toEqual(
      CORNERS.map(([top, left]) => box(picture.data, 40, top, left, 20, 24)),
    );
    const flipped = await F.horizontalFlip(picture);
    expect(await F.tenCrop(picture, [20, 24])).toEqual([...five, ...(await F.fiveCrop(flipped, [20, 24]))]);
    const upside = await F.verticalFlip(picture);
    const vertical = await F.tenCrop(picture, [20, 24], { verticalFlip: true });
    expect(vertical.slice(5)).toEqual(await F.fiveCrop(upside, [20, 24]));
    const grey = await F.rgbToGrayscale(picture);
    expect((await F.fiveCrop(grey, 10)).map((p) => [p.width, p.height, p.channels])).toEqual(
      Array.from({ length: 5 }, () => [10, 10, 1]),
    );
  });

  it('refuse a picture that is smaller than the crop', async () => {
    const error = await rejection(() =>
      F.fiveCrop({ data: new Uint8Array(48), width: 4, height: 4, channels: 3 }, 5),
    );
    expect(error.code).toBe('E_IMAGE_TOO_SMALL');
  });
});
