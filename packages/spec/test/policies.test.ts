import { parsePipeline, pipelinePreset, SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';

const canonical = (op: object) => parsePipeline({ ops: [op] }).ops[0];

function refused(op: object): unknown {
  try {
    parsePipeline({ ops: [op] });
  } catch (error) {
    expect(error).toBeInstanceOf(SakerError);
    return (error as SakerError).params.path;
  }
  throw new Error('the pipeline was accepted');
}

describe('augmentation policies', () => {
  it("have torchvision's defaults", () => {
    const black = [0, 0, 0];
    expect(canonical({ op: 'TrivialAugmentWide' })).toEqual({
      op: 'TrivialAugmentWide',
      num_magnitude_bins: 31,
      interpolation: 'nearest',
      fill: black,
    });
    expect(canonical({ op: 'RandAugment' })).toEqual({
      op: 'RandAugment',
      num_ops: 2,
      magnitude: 9,
      num_magnitude_bins: 31,
      interpolation: 'nearest',
      fill: black,
    });
    expect(canonical({ op: 'AutoAugment' })).toEqual({
      op: 'AutoAugment',
      policy: 'imagenet',
      interpolation: 'nearest',
      fill: black,
    });
    expect(canonical({ op: 'AugMix' })).toEqual({
      op: 'AugMix',
      severity: 3,
      mixture_width: 3,
      chain_depth: -1,
      alpha: 1,
      all_ops: true,
      interpolation: 'bilinear',
      fill: black,
    });
    expect(canonical({ op: 'ElasticTransform', alpha: 30 })).toEqual({
      op: 'ElasticTransform',
      alpha: [30, 30],
      sigma: [5, 5],
      interpolation: 'bilinear',
      fill: black,
    });
    expect(canonical({ op: 'ThreeAugment' })).toEqual({
      op: 'ThreeAugment',
      threshold: 128,
      kernel_size: [13, 13],
      sigma: [0.1, 2],
    });
  });

  it.each([
    [{ op: 'TrivialAugmentWide', num_magnitude_bins: 1 }, 'ops[0].num_magnitude_bins'],
    [{ op: 'TrivialAugmentWide', interpolation: 'lanczos' }, 'ops[0].interpolation'],
    [{ op: 'RandAugment', num_ops: 0 }, 'ops[0].num_ops'],
    [{ op: 'RandAugment', magnitude: 31 }, 'ops[0].magnitude'],
    [{ op: 'RandAugment', magnitude: -1 }, 'ops[0].magnitude'],
    [{ op: 'AutoAugment', policy: 'imagnet' }, 'ops[0].policy'],
    [{ op: 'AugMix', severity: 11 }, 'ops[0].severity'],
    [{ op: 'AugMix', alpha: 0 }, 'ops[0].alpha'],
    [{ op: 'AugMix', mixture_width: 0 }, 'ops[0].mixture_width'],
    [{ op: 'ElasticTransform', sigma: -1 }, 'ops[0].sigma[0]'],
    [{ op: 'ElasticTransform', alpha: Number.NaN }, 'ops[0].alpha[0]'],
    [{ op: 'ThreeAugment', kernel_size: 4 }, 'ops[0].kernel_size[0]'],
    [{ op: 'ThreeAugment', sigma: [0, 1] }, 'ops[0].sigma[0]'],
  ])('refuse %j at %s', (op, place) => {
    expect(refused(op)).toBe(place);
  });
});

describe('presets with policies', () => {
  const names = (preset: string) => pipelinePreset(preset).ops.map(({ op }) => op);

  it("put torchvision's policy behind the flip, at its preset's own interpolation", () => {
    expect(names('torchvision-train224-ta-wide')).toEqual([
      'RandomResizedCrop',
      'RandomHorizontalFlip',
      'TrivialAugmentWide',
      'Normalize',
    ]);
    for (const policy of ['ta-wide', 'ra', 'autoaugment', 'augmix'])
      expect(pipelinePreset(`torchvision-train224-${policy}`).ops[2]).toMatchObject({
        interpolation: 'bilinear',
      });
  });

  it('erase with what Normalize maps to 0 in the V2 recipe', () => {
    const { ops } = pipelinePreset('torchvision-train176-v2');
    expect(ops[0]).toMatchObject({ size: [176, 176] });
    expect(ops.at(-2)).toMatchObject({ op: 'RandomErasing', p: 0.1, value: 'mean' });
  });

  it("have DeiT III's order: 3-Augment, then ColorJitter without hue", () => {
    expect(names('deit3-train224')).toEqual([
      'RandomResizedCrop',
      'RandomHorizontalFlip',
      'ThreeAugment',
      'ColorJitter',
      'Normalize',
    ]);
    expect(pipelinePreset('deit3-train224').ops[0]).toMatchObject({ interpolation: 'bicubic' });
    expect(pipelinePreset('deit3-train224').ops[3]).toMatchObject({ hue: null, contrast: [0.7, 1.3] });
  });
});
