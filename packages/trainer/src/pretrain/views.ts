/** What the views of a picture are made by, and how many there are. */
import { type PipelineSpec, type PretrainConfig, parsePipeline } from '@saker/spec';

/** Views of one kind: `count` of them, one pipeline. */
export interface ViewGroup {
  readonly count: number;
  readonly pipeline: PipelineSpec;
}

interface ViewOptions {
  readonly size: number;
  readonly scale: readonly [number, number];
  readonly blur: number;
  readonly solarize: number;
  readonly channels: 1 | 3;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Taps of a blur of a tenth of the side (SimCLR, appendix A), an odd number. */
const taps = (size: number): number => 2 * Math.floor(size / 20) + 1;

/** SimCLR's augmentation (Chen et al. 2020, appendix A) at colour strength 0.5, which DINO shares but for blur and solarize. */
function view({ size, scale, blur, solarize, channels, mean, std }: ViewOptions): PipelineSpec {
  const jitter = { op: 'ColorJitter', brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 };
  const blurred = { op: 'GaussianBlur', kernel_size: Math.max(3, taps(size)), sigma: [0.1, 2] };
  return parsePipeline({
    ops: [
      { op: 'RandomResizedCrop', size: [size, size], scale: [...scale], interpolation: 'bicubic' },
      { op: 'RandomHorizontalFlip', p: 0.5 },
      { op: 'RandomApply', transforms: [jitter], p: 0.8 },
      { op: 'RandomGrayscale', p: 0.2 },
      { op: 'RandomApply', transforms: [blurred], p: blur },
      ...(solarize > 0 ? [{ op: 'RandomSolarize', threshold: 128, p: solarize }] : []),
      ...(channels === 1 ? [{ op: 'Grayscale', num_output_channels: 1 }] : []),
      { op: 'Normalize', mean: [...mean], std: [...std] },
    ],
    decode: { dct_scaling: 'auto' },
    output: { channels },
  });
}

/**
 * The views of a run, the teacher's first. SimCLR: two alike. DINO (Caron et al. 2021, appendix): two large ones, of which
 * the second is blurred less often and solarized at times, and small ones.
 */
export function viewGroups(
  config: PretrainConfig,
  at: {
    readonly size: number;
    readonly localSize: number;
    readonly channels: 1 | 3;
    readonly mean: readonly number[];
    readonly std: readonly number[];
  },
): ViewGroup[] {
  const { size, localSize, channels, mean, std } = at;
  const shared = { channels, mean, std };
  if (config.method === 'simclr') {
    const scale = config.scale ?? ([0.2, 1] as const);
    return [{ count: 2, pipeline: view({ ...shared, size, scale, blur: 0.5, solarize: 0 }) }];
  }
  const scale = config.scale ?? ([0.4, 1] as const);
  const large = { ...shared, size, scale };
  return [
    { count: 1, pipeline: view({ ...large, blur: 1, solarize: 0 }) },
    { count: 1, pipeline: view({ ...large, blur: 0.1, solarize: 0.2 }) },
    ...(config.localViews > 0
      ? [
          {
            count: config.localViews,
            pipeline: view({ ...shared, size: localSize, scale: config.localScale, blur: 0.5, solarize: 0 }),
          },
        ]
      : []),
  ];
}
