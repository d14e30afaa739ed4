/** Ops that hold ops, and policies, through the built addon. */
import { compilePipeline } from '@saker/core-native';
import { PIPELINE_PRESETS, type PipelineSpec, parsePipeline, pipelinePreset } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { png } from './fixtures/pictures.js';

const picture = png(61, 47);
const bytes = { dtype: 'u8', layout: 'NHWC' };
const pipeline = (...ops: object[]): PipelineSpec => parsePipeline({ ops, output: bytes });

async function pixels(spec: PipelineSpec, sampleId = 0, executor: 'fused' | 'reference' = 'fused') {
  const { data } = await compilePipeline(spec).runImage(picture, { seed: 3, epoch: 1, sampleId, executor });
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

const grey = { op: 'RandomGrayscale', p: 1 };
const invert = { op: 'RandomInvert', p: 1 };

describe('ops that hold ops', () => {
  it('run the ops that their lists hold, nested ones too', async () => {
    const nested = pipeline(
      {
        op: 'RandomApply',
        p: 1,
        transforms: [{ op: 'RandomChoice', transforms: [grey, invert], p: [0, 1] }, grey],
      },
      { op: 'RandomOrder', transforms: [{ op: 'RandomPosterize', bits: 3, p: 1 }] },
    );
    const flat = pipeline(invert, grey, { op: 'RandomPosterize', bits: 3, p: 1 });
    expect((await pixels(nested)).equals(await pixels(flat))).toBe(true);
  });

  it('draw the same numbers for an op wherever RandomOrder puts it', async () => {
    const sigmas = new Set<string>();
    const orders = new Set<string>();
    const spec = pipeline({
      op: 'RandomOrder',
      transforms: [{ op: 'GaussianBlur', kernel_size: 3, sigma: [0.5, 2] }, grey, invert],
    });
    const compiled = compilePipeline(spec);
    for (const epoch of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const plan = compiled.plan({ width: 9, height: 9 }, { seed: 1, epoch, sampleId: 4 }) as {
        colors: { kind: string; factor: number }[];
      };
      orders.add(plan.colors.map(({ kind }) => kind).join());
      sigmas.add(String(plan.colors.find(({ kind }) => kind === 'blur')?.factor));
    }
    expect(orders.size).toBeGreaterThan(1);
    expect(sigmas.size).toBe(8);
  });

  it('are refused for batches when the ops do not agree on a size', async () => {
    const spec = pipeline({ op: 'RandomApply', transforms: [{ op: 'Resize', size: [8, 8] }] });
    await expect(compilePipeline(spec).runBatch([picture])).rejects.toMatchObject({
      code: 'E_PIPELINE_UNSUPPORTED',
    });
  });
});

const POLICIES: readonly object[] = [
  { op: 'TrivialAugmentWide', interpolation: 'bilinear' },
  { op: 'RandAugment', num_ops: 3, interpolation: 'bicubic' },
  { op: 'AutoAugment', policy: 'svhn' },
  { op: 'ThreeAugment' },
  { op: 'AugMix', severity: 9 },
  { op: 'ElasticTransform', alpha: 80, sigma: 4 },
  { op: 'RandomZoomOut', p: 1 },
];

describe.each(POLICIES)('%o', (op) => {
  it('gives the same pixels again for the same seed, epoch and sample, and others for others', async () => {
    const spec = pipeline(op);
    const first = await Promise.all([0, 1, 2, 3, 4, 5].map((id) => pixels(spec, id)));
    const again = await Promise.all([0, 1, 2, 3, 4, 5].map((id) => pixels(spec, id)));
    first.forEach((data, i) => {
      expect(data.equals(again[i] as Buffer)).toBe(true);
    });
    expect(new Set(first.map((data) => data.toString('base64'))).size).toBeGreaterThan(2);
  });

  it('agrees with the reference executor', async () => {
    const spec = pipeline(op);
    for (const id of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const [fused, reference] = [await pixels(spec, id), await pixels(spec, id, 'reference')];
      let apart = 0;
      for (let i = 0; i < fused.length; i += 1)
        if (Math.abs((fused[i] as number) - (reference[i] as number)) > 1) apart += 1;
      // A value on a rounding edge may become another level, which a table can carry far.
      expect({ id, apart: apart / fused.length < 0.001 }).toEqual({ id, apart: true });
    }
  });
});

describe('presets with policies', () => {
  const random = PIPELINE_PRESETS.filter((preset) => preset.random).map(({ name }) => name);

  it.each(random)('%s gives equal batches for one thread and two', async (name) => {
    const compiled = compilePipeline(pipelinePreset(name));
    const inputs = Array.from({ length: 6 }, () => picture);
    const one = await compiled.runBatch(inputs, { threads: 1, seed: 2 });
    const two = await compiled.runBatch(inputs, { threads: 2, seed: 2 });
    expect(one.statuses).toEqual(inputs.map(() => null));
    expect(Buffer.compare(Buffer.from(one.data.buffer), Buffer.from(two.data.buffer))).toBe(0);
  });
});
