import { Predictor } from '@saker/evaluate';
import { evalPipeline, type ModelMetadata, makeModelMetadata, parsePipeline } from '@saker/spec';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LABELS, pictures, smallModel, temporary } from './models.js';

vi.setConfig({ testTimeout: 120_000 });

let remove = async () => {};
let paths: string[] = [];
const spec = evalPipeline({ size: 32, resize: 40 });
const metadata = makeModelMetadata({ labels: LABELS, eval: spec });
const model = smallModel({ metadata });

beforeAll(async () => {
  const folder = await temporary();
  remove = folder.remove;
  paths = await pictures(folder.dir, 7);
});
afterAll(() => remove());

type Options = NonNullable<Parameters<typeof Predictor.load>[1]>;

async function probabilities(options: Options): Promise<Float32Array[]> {
  const predictor = await Predictor.load(model, options);
  try {
    const rows = (await predictor.predict(paths)).map((p) => {
      if (!p.ok) throw p.error;
      return p.probabilities;
    });
    const { probabilities: many } = await predictor.predictSamples(
      paths.map((path) => ({ path })),
      { batchSize: 3, threads: 2 },
    );
    many.forEach((row, i) => {
      row?.forEach((v, c) => {
        expect(v).toBeCloseTo(rows[i]?.[c] as number, 5);
      });
    });
    return rows;
  } finally {
    await predictor.close();
  }
}

/** The eval pipeline with other ops in the place of its CenterCrop. The pictures are square, so they become 40 x 40. */
const cropped = (...ops: object[]): ModelMetadata => {
  const [resize, , normalize] = spec.ops;
  return makeModelMetadata({
    labels: LABELS,
    eval: parsePipeline({ ...spec, ops: [resize, ...ops, normalize] }),
  });
};
const corner = (top: number, left: number) => ({
  op: 'ResizedCrop',
  ...{ top, left, height: 32, width: 32, size: [32, 32], interpolation: 'nearest' },
});
const FLIP = { op: 'RandomHorizontalFlip', p: 1 };
const CROPS = [corner(0, 0), corner(0, 8), corner(8, 0), corner(8, 8), corner(4, 4)];

async function expectMean(options: Options, singles: readonly ModelMetadata[]): Promise<void> {
  const got = await probabilities(options);
  const rows = await Promise.all(singles.map((single) => probabilities({ metadata: single })));
  got.forEach((row, i) => {
    row.forEach((v, c) => {
      const sum = rows.reduce((total, view) => total + (view[i]?.[c] as number), 0);
      expect(v).toBeCloseTo(sum / singles.length, 5);
    });
  });
}

describe('test-time augmentation', () => {
  it('fivecrop is the mean over the corners and the centre', () =>
    expectMean(
      { tta: 'fivecrop' },
      CROPS.map((crop) => cropped(crop)),
    ));

  it('tencrop adds the same crops of the mirror image', () =>
    expectMean({ tta: 'tencrop' }, [
      ...CROPS.map((crop) => cropped(crop)),
      ...CROPS.map((crop) => cropped(FLIP, crop)),
    ]));

  it('hflip is the mean of the picture and its mirror image', () =>
    expectMean({ tta: 'hflip' }, [cropped(corner(4, 4)), cropped(corner(4, 4), FLIP)]));

  it('reports a broken picture alone', async () => {
    const predictor = await Predictor.load(model, { tta: 'fivecrop' });
    const [good, bad] = await predictor.predict([paths[0] as string, Uint8Array.of(1, 2, 3)]);
    await predictor.close();
    expect([good?.ok, bad?.ok]).toEqual([true, false]);
  });

  it('is refused where the pipeline has no centre crop, or views already', async () => {
    const refused = (given: ModelMetadata) =>
      expect(Predictor.load(model, { metadata: given, tta: 'tencrop' })).rejects.toMatchObject({
        code: 'E_PIPELINE_UNSUPPORTED',
      });
    await refused(cropped(corner(0, 0)));
    await refused(cropped({ op: 'FiveCrop', size: 32 }));
  });
});
