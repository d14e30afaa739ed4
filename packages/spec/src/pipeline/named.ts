/** Pipelines by name: what `--pipeline NAME` stands for. */
import { SakerError } from '../errors/saker-error.js';
import { nearest } from '../nearest.js';
import type { NestedOp } from '../ops/nested-fields.js';
import type { PipelineSpec } from './pipeline-spec.js';
import { evalPipeline, trainPipeline } from './presets.js';

/** One preset as it is listed. */
export interface PipelinePreset {
  readonly name: string;
  readonly summary: string;
  /** Where its parameters come from. */
  readonly source: string;
  /** Draws at random: a picture looks different in every epoch. */
  readonly random: boolean;
  readonly make: () => PipelineSpec;
}

const SIZE = 224;
const SAKER = "Saker's own training recipe";
const TORCHVISION = 'torchvision references/classification/presets.py, defaults';
const DEIT = 'DeiT III, augment.py new_data_aug_generator, defaults';
const TIMM = 'timm.data.create_transform(224), defaults';

const train = (): PipelineSpec => trainPipeline({ size: SIZE });

/** ClassificationPresetTrain with an automatic augmentation, which it gives its own interpolation. */
const torchvisionTrain = (augment: NestedOp, size = SIZE, erase = 0): PipelineSpec => ({
  ...trainPipeline({ size, augment: [{ interpolation: 'bilinear', ...augment }], erase }),
  decode: { dct_scaling: 'off' },
});
const evaluate = (resize: number): PipelineSpec => evalPipeline({ size: SIZE, resize });

/** Every preset, with ImageNet's mean and standard deviation, f32 NCHW out. Names are never given another meaning. */
export const PIPELINE_PRESETS: readonly PipelinePreset[] = [
  {
    name: 'train224',
    summary: 'RandomResizedCrop 224, horizontal flip, normalise',
    source: SAKER,
    random: true,
    make: train,
  },
  {
    name: 'train224-jitter',
    summary: 'train224 with ColorJitter(0.4, 0.4, 0.4, 0.1)',
    source: SAKER,
    random: true,
    make: () => trainPipeline({ size: SIZE, colorJitter: [0.4, 0.4, 0.4, 0.1] }),
  },
  {
    name: 'eval224',
    summary: 'Resize 256, CenterCrop 224, normalise',
    source: SAKER,
    random: false,
    make: () => evaluate(256),
  },
  {
    name: 'torchvision-train224',
    summary: 'ClassificationPresetTrain(crop_size=224), full-resolution decode',
    source: TORCHVISION,
    random: true,
    make: () => ({ ...train(), decode: { dct_scaling: 'off' } }),
  },
  {
    name: 'torchvision-eval224',
    summary: 'ClassificationPresetEval(crop_size=224, resize_size=256): the IMAGENET1K_V1 weights',
    source: TORCHVISION,
    random: false,
    make: () => evaluate(256),
  },
  {
    name: 'torchvision-eval224-v2',
    summary: 'ClassificationPresetEval(crop_size=224, resize_size=232): the IMAGENET1K_V2 weights',
    source: 'torchvision.models, IMAGENET1K_V2 transforms',
    random: false,
    make: () => evaluate(232),
  },
  {
    name: 'timm-train224',
    summary: 'create_transform(224, is_training=True): colour jitter 0.4 without hue, full-resolution decode',
    source: TIMM,
    random: true,
    make: () => ({
      ...trainPipeline({ size: SIZE, colorJitter: [0.4, 0.4, 0.4, 0] }),
      decode: { dct_scaling: 'off' },
    }),
  },
  {
    name: 'timm-eval224',
    summary: 'create_transform(224): Resize 256 (crop_pct 0.875), CenterCrop 224',
    source: TIMM,
    random: false,
    make: () => evaluate(256),
  },
  {
    name: 'torchvision-train224-ta-wide',
    summary: 'ClassificationPresetTrain(crop_size=224, auto_augment_policy="ta_wide")',
    source: TORCHVISION,
    random: true,
    make: () => torchvisionTrain({ op: 'TrivialAugmentWide' }),
  },
  {
    name: 'torchvision-train224-ra',
    summary: 'ClassificationPresetTrain(crop_size=224, auto_augment_policy="ra"): RandAugment(magnitude=9)',
    source: TORCHVISION,
    random: true,
    make: () => torchvisionTrain({ op: 'RandAugment' }),
  },
  {
    name: 'torchvision-train224-autoaugment',
    summary: 'ClassificationPresetTrain(crop_size=224, auto_augment_policy="imagenet")',
    source: TORCHVISION,
    random: true,
    make: () => torchvisionTrain({ op: 'AutoAugment' }),
  },
  {
    name: 'torchvision-train224-augmix',
    summary: 'ClassificationPresetTrain(crop_size=224, auto_augment_policy="augmix"): AugMix(severity=3)',
    source: TORCHVISION,
    random: true,
    make: () => torchvisionTrain({ op: 'AugMix' }),
  },
  {
    name: 'torchvision-train176-v2',
    summary: 'the IMAGENET1K_V2 recipe: crop 176, TrivialAugmentWide, RandomErasing 0.1',
    source: 'torchvision references/classification, the recipe of the IMAGENET1K_V2 weights',
    random: true,
    make: () => torchvisionTrain({ op: 'TrivialAugmentWide' }, 176, 0.1),
  },
  {
    name: 'deit3-train224',
    summary: 'bicubic RandomResizedCrop 224, flip, 3-Augment, ColorJitter(0.3, 0.3, 0.3)',
    source: DEIT,
    random: true,
    make: () => ({
      ...trainPipeline({
        size: SIZE,
        interpolation: 'bicubic',
        augment: [{ op: 'ThreeAugment' }],
        colorJitter: [0.3, 0.3, 0.3, 0],
      }),
      decode: { dct_scaling: 'off' },
    }),
  },
];

/**
 * The canonical pipeline that a preset's name stands for.
 * @throws SakerError E_PIPELINE_UNKNOWN, with the names there are and the one probably meant.
 */
export function pipelinePreset(name: string): PipelineSpec {
  const found = PIPELINE_PRESETS.find((preset) => preset.name === name);
  if (found) return found.make();
  const names = PIPELINE_PRESETS.map((preset) => preset.name);
  const guess = nearest(name, names);
  throw new SakerError('E_PIPELINE_UNKNOWN', {
    name,
    suggestion: guess === null ? '' : `; the nearest is ${guess}`,
    available: names.join(', '),
  });
}
