import type { NestedOp } from '../ops/nested-fields.js';
import { type PipelineSpec, parsePipeline } from './pipeline-spec.js';

/** Mean of ImageNet pictures scaled to 0..1 (torchvision). */
export const IMAGENET_MEAN: readonly number[] = [0.485, 0.456, 0.406];
/** Standard deviation of ImageNet pictures scaled to 0..1 (torchvision). */
export const IMAGENET_STD: readonly number[] = [0.229, 0.224, 0.225];
/** Share of the resized short side that the centre crop keeps: 224 of 256 (torchvision). */
export const DEFAULT_CROP_PCT = 0.875;

type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/** Options shared by both presets. */
export interface PresetOptions {
  /** Side of the square result, or [height, width], in pixels. */
  readonly size: number | readonly [number, number];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly interpolation?: Interpolation;
  readonly channels?: 1 | 3;
}

export interface EvalPresetOptions extends PresetOptions {
  /** Short side before the crop; default round(size / 0.875), or size itself below 64 px (tiny pictures are kept whole). */
  readonly resize?: number;
}

export interface TrainPresetOptions extends PresetOptions {
  /** RandomResizedCrop's area range; given, it is what tiny pictures get too. */
  readonly scale?: readonly [number, number];
  readonly ratio?: readonly [number, number];
  /** Probability of a horizontal flip. */
  readonly hflip?: number;
  /** `[brightness, contrast, saturation, hue]` strengths for ColorJitter; none when absent. */
  readonly colorJitter?: readonly [number, number, number, number];
  /** Ops between the flip and ColorJitter, e.g. a policy: `[{ op: 'TrivialAugmentWide' }]`. */
  readonly augment?: readonly NestedOp[];
  /** Probability of RandomErasing, with what Normalize maps to 0; none when absent. */
  readonly erase?: number;
  /** Tiny pictures (size below 64) get padded RandomCrop instead of RandomResizedCrop, as CIFAR recipes do, unless `scale` is given. */
  readonly pad?: number;
}

const sides = (size: number | readonly [number, number]): [number, number] =>
  typeof size === 'number' ? [size, size] : [size[0], size[1]];

function tail(o: PresetOptions): unknown[] {
  const grey = o.channels === 1 ? [{ op: 'Grayscale', num_output_channels: 1 }] : [];
  return [
    ...grey,
    { op: 'Normalize', mean: [...(o.mean ?? IMAGENET_MEAN)], std: [...(o.std ?? IMAGENET_STD)] },
  ];
}

/** Below this side pictures are treated as thumbnails: resized to the size itself, nothing cropped away. */
const THUMBNAIL = 64;

/** Whether pictures of this size (a side, or height and width, in pixels) are kept whole unless a crop is asked for. */
export const isThumbnail = (size: number | readonly [number, number]): boolean =>
  Math.min(...sides(size)) < THUMBNAIL;

/** torchvision's classification eval transform: Resize(short side), CenterCrop, Normalize. */
export function evalPipeline(o: EvalPresetOptions): PipelineSpec {
  const [h, w] = sides(o.size);
  const short = Math.min(h, w);
  const resize = o.resize ?? (isThumbnail(o.size) ? short : Math.round(short / DEFAULT_CROP_PCT));
  return parsePipeline({
    ops: [
      {
        op: 'Resize',
        size: h === w ? [resize] : [Math.round((resize / short) * h), Math.round((resize / short) * w)],
        interpolation: o.interpolation,
      },
      { op: 'CenterCrop', size: [h, w] },
      ...tail(o),
    ],
    output: { channels: o.channels ?? 3 },
  });
}

/** torchvision's classification train transform: RandomResizedCrop, flip, then what is asked for, Normalize. */
export function trainPipeline(o: TrainPresetOptions): PipelineSpec {
  const [h, w] = sides(o.size);
  const geometry =
    isThumbnail(o.size) && o.scale === undefined
      ? [
          { op: 'Resize', size: [h, w], interpolation: o.interpolation },
          { op: 'RandomCrop', size: [h, w], padding: o.pad ?? Math.max(1, Math.round(Math.min(h, w) / 16)) },
        ]
      : [
          {
            op: 'RandomResizedCrop',
            size: [h, w],
            scale: o.scale,
            ratio: o.ratio,
            interpolation: o.interpolation,
          },
        ];
  const hflip = o.hflip ?? 0.5;
  const [brightness, contrast, saturation, hue] = o.colorJitter ?? [];
  return parsePipeline({
    ops: [
      ...geometry,
      ...(hflip > 0 ? [{ op: 'RandomHorizontalFlip', p: hflip }] : []),
      ...(o.augment ?? []),
      ...(o.colorJitter ? [{ op: 'ColorJitter', brightness, contrast, saturation, hue }] : []),
      ...(o.erase ? [{ op: 'RandomErasing', p: o.erase, value: 'mean' }] : []),
      ...tail(o),
    ],
    decode: { dct_scaling: 'auto' },
    output: { channels: o.channels ?? 3 },
  });
}
