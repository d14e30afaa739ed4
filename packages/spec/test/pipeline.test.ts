import {
  canonicalJson,
  evalPipeline,
  OPS,
  parsePipeline,
  pipelineHash,
  pipelineJsonSchema,
  SakerError,
  trainPipeline,
} from '@saker/spec';
import { describe, expect, it } from 'vitest';

function refusal(value: unknown): SakerError {
  try {
    parsePipeline(value);
  } catch (error) {
    return error as SakerError;
  }
  throw new Error('the pipeline was accepted');
}

describe('parsePipeline', () => {
  it('turns the forms torchvision accepts into one canonical form', () => {
    const short = parsePipeline({
      ops: [
        { op: 'Resize', size: 256 },
        { op: 'CenterCrop', size: 224 },
        { op: 'Pad', padding: [1, 2] },
      ],
    });
    expect(short.ops).toEqual([
      { op: 'Resize', size: [256], interpolation: 'bilinear', max_size: null, antialias: true },
      { op: 'CenterCrop', size: [224, 224] },
      { op: 'Pad', padding: [1, 2, 1, 2], fill: [0, 0, 0], padding_mode: 'constant' },
    ]);
    const filters = parsePipeline({
      ops: [
        { op: 'GaussianBlur', kernel_size: 5, sigma: 1.5 },
        { op: 'GaussianBlur', kernel_size: [3, 7] },
        { op: 'RandomAdjustSharpness', sharpness_factor: 2 },
        { op: 'AdjustGamma', gamma: 0.5 },
        { op: 'RandomPosterize', bits: 4 },
      ],
    });
    expect(filters.ops).toEqual([
      { op: 'GaussianBlur', kernel_size: [5, 5], sigma: [1.5, 1.5] },
      { op: 'GaussianBlur', kernel_size: [3, 7], sigma: [0.1, 2] },
      { op: 'RandomAdjustSharpness', sharpness_factor: 2, p: 0.5 },
      { op: 'AdjustGamma', gamma: 0.5, gain: 1 },
      { op: 'RandomPosterize', bits: 4, p: 0.5 },
    ]);
    const jitter = parsePipeline({ ops: [{ op: 'ColorJitter', brightness: 0.4, hue: 0.1, contrast: 0 }] })
      .ops[0];
    expect(jitter).toEqual({
      op: 'ColorJitter',
      brightness: [0.6, 1.4],
      contrast: null,
      saturation: null,
      hue: [-0.1, 0.1],
    });
  });

  it('leaves a canonical pipeline as it is, so that the hash survives a round trip', () => {
    for (const spec of [
      evalPipeline({ size: 224 }),
      trainPipeline({ size: 224, colorJitter: [0.4, 0.4, 0.4, 0.1] }),
    ]) {
      const again = parsePipeline(JSON.parse(canonicalJson(spec)));
      expect(again).toEqual(spec);
      expect(pipelineHash(again)).toBe(pipelineHash(spec));
    }
  });

  it('gives different hashes to pipelines that give different pixels', () => {
    const hashes = [
      evalPipeline({ size: 224 }),
      evalPipeline({ size: 192 }),
      evalPipeline({ size: 224, mean: [0.5, 0.5, 0.5] }),
      evalPipeline({ size: 224, interpolation: 'bicubic' }),
      trainPipeline({ size: 224 }),
    ].map(pipelineHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it.each([
    [{ ops: [{ op: 'Resize', size: 0 }] }, 'ops[0].size[0]'],
    [{ ops: [{ op: 'Resize', size: 8, sise: 1 }] }, 'ops[0]'],
    [{ ops: [{ op: 'Reisze', size: 8 }] }, 'ops[0].op'],
    [{ ops: [{ op: 'Resize', size: [8, 8], max_size: 9 }] }, 'ops[0].max_size'],
    [{ ops: [{ op: 'RandomHorizontalFlip', p: 1.5 }] }, 'ops[0].p'],
    [{ ops: [{ op: 'Normalize', mean: [0, 0], std: [1, 1] }] }, 'ops[0].mean'],
    [{ ops: [{ op: 'Normalize', mean: 0, std: 0 }] }, 'ops[0].std[0]'],
    [{ ops: [{ op: 'Normalize', mean: 0, std: 1 }], output: { dtype: 'u8' } }, 'ops[0]'],
    [
      {
        ops: [
          { op: 'Normalize', mean: 0, std: 1 },
          { op: 'CenterCrop', size: 4 },
        ],
      },
      'ops[1]',
    ],
    [{ ops: [{ op: 'Grayscale', num_output_channels: 1 }] }, 'output.channels'],
    [{ ops: [{ op: 'ColorJitter', hue: 0.6 }] }, 'ops[0].hue[0]'],
    [{ ops: [{ op: 'RandomPosterize', bits: 9 }] }, 'ops[0].bits'],
    [{ ops: [{ op: 'RandomSolarize', threshold: 257 }] }, 'ops[0].threshold'],
    [{ ops: [{ op: 'RandomAdjustSharpness', sharpness_factor: -1 }] }, 'ops[0].sharpness_factor'],
    [{ ops: [{ op: 'RandomInvert', p: Number.NaN }] }, 'ops[0].p'],
    [{ ops: [{ op: 'AdjustGamma', gamma: -1 }] }, 'ops[0].gamma'],
    [{ ops: [{ op: 'GaussianBlur', kernel_size: 4 }] }, 'ops[0].kernel_size[0]'],
    [{ ops: [{ op: 'GaussianBlur', kernel_size: 3, sigma: 0 }] }, 'ops[0].sigma[0]'],
    [{ ops: [{ op: 'GaussianBlur', kernel_size: 3, sigma: [2, 1] }] }, 'ops[0].sigma'],
    [{ ops: [{ op: 'RandomErasing', value: 'mean' }] }, 'ops[0].value'],
    [{ ops: [{ op: 'RandomErasing', value: 'noise' }] }, 'ops[0].value'],
    [{ ops: [{ op: 'RandomErasing', scale: [0.5, 0.1] }] }, 'ops[0].scale'],
    [{ ops: [{ op: 'PermuteChannels', permutation: [0, 0, 1] }] }, 'ops[0].permutation'],
    [{ ops: [], version: 2 }, 'version'],
    ['nonsense', 'pipeline'],
  ])('refuses %j and names %s', (value, place) => {
    const error = refusal(value);
    expect(error).toBeInstanceOf(SakerError);
    expect(error.code).toBe('E_PIPELINE_INVALID');
    expect(error.params.path).toBe(place);
  });
});

describe('presets', () => {
  it('resize 256 and crop 224 for ImageNet sizes, and keep thumbnails whole', () => {
    expect(evalPipeline({ size: 224 }).ops[0]).toMatchObject({ op: 'Resize', size: [256] });
    expect(evalPipeline({ size: 28 }).ops[0]).toMatchObject({ op: 'Resize', size: [28] });
    expect(trainPipeline({ size: 28 }).ops.map((op) => op.op)).toEqual([
      'Resize',
      'RandomCrop',
      'RandomHorizontalFlip',
      'Normalize',
    ]);
  });

  it('crop thumbnails too when an area is asked for', () => {
    const [crop] = trainPipeline({ size: 28, scale: [0.08, 1] }).ops;
    expect(crop).toMatchObject({ op: 'RandomResizedCrop', size: [28, 28], scale: [0.08, 1] });
  });

  it('decode evaluation pictures at full resolution', () => {
    expect(evalPipeline({ size: 224 }).decode.dct_scaling).toBe('off');
  });
});

describe('OPS', () => {
  it('has unique names and a JSON Schema for every op', () => {
    const names = OPS.map((op) => op.name);
    expect(new Set(names).size).toBe(names.length);
    const schema = JSON.stringify(pipelineJsonSchema());
    for (const name of names) expect(schema).toContain(`"${name}"`);
  });
});
