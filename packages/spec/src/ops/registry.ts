import type { z } from 'zod';
import { AdjustGamma } from './adjust-gamma.js';
import { Affine } from './affine.js';
import { AugMix } from './aug-mix.js';
import { AutoAugment } from './auto-augment.js';
import { CenterCrop } from './center-crop.js';
import { ColorJitter } from './color-jitter.js';
import { Cutout } from './cutout.js';
import { ElasticTransform } from './elastic-transform.js';
import { Erase } from './erase.js';
import { FiveCrop } from './five-crop.js';
import { GaussianBlur } from './gaussian-blur.js';
import { GaussianNoise } from './gaussian-noise.js';
import { Grayscale } from './grayscale.js';
import { HorizontalFlipViews } from './horizontal-flip-views.js';
import { JPEG } from './jpeg.js';
import { Normalize } from './normalize.js';
import { Pad } from './pad.js';
import { PermuteChannels } from './permute-channels.js';
import { Perspective } from './perspective.js';
import { RandAugment } from './rand-augment.js';
import { RandomAdjustSharpness } from './random-adjust-sharpness.js';
import { RandomAffine } from './random-affine.js';
import { RandomApply } from './random-apply.js';
import { RandomAutocontrast } from './random-autocontrast.js';
import { RandomChannelPermutation } from './random-channel-permutation.js';
import { RandomChoice } from './random-choice.js';
import { RandomCrop } from './random-crop.js';
import { RandomEqualize } from './random-equalize.js';
import { RandomErasing } from './random-erasing.js';
import { RandomGrayscale } from './random-grayscale.js';
import { RandomHorizontalFlip } from './random-horizontal-flip.js';
import { RandomInvert } from './random-invert.js';
import { RandomOrder } from './random-order.js';
import { RandomPerspective } from './random-perspective.js';
import { RandomPhotometricDistort } from './random-photometric-distort.js';
import { RandomPosterize } from './random-posterize.js';
import { RandomResizedCrop } from './random-resized-crop.js';
import { RandomRotation } from './random-rotation.js';
import { RandomSolarize } from './random-solarize.js';
import { RandomVerticalFlip } from './random-vertical-flip.js';
import { RandomZoomOut } from './random-zoom-out.js';
import { Resize } from './resize.js';
import { ResizedCrop } from './resized-crop.js';
import { TenCrop } from './ten-crop.js';
import { ThreeAugment } from './three-augment.js';
import { TrivialAugmentWide } from './trivial-augment-wide.js';

/** Every transform, in the order of the generated C++ list. Append only: the position is the C++ variant index. */
export const OPS = [
  Resize,
  CenterCrop,
  RandomResizedCrop,
  RandomCrop,
  Pad,
  RandomHorizontalFlip,
  RandomVerticalFlip,
  ColorJitter,
  Grayscale,
  Normalize,
  ResizedCrop,
  RandomInvert,
  RandomPosterize,
  RandomSolarize,
  RandomGrayscale,
  RandomChannelPermutation,
  PermuteChannels,
  AdjustGamma,
  RandomAutocontrast,
  RandomEqualize,
  RandomAdjustSharpness,
  GaussianBlur,
  RandomPhotometricDistort,
  RandomErasing,
  RandomRotation,
  RandomAffine,
  Affine,
  RandomPerspective,
  Perspective,
  RandomApply,
  RandomChoice,
  RandomOrder,
  RandomZoomOut,
  TrivialAugmentWide,
  RandAugment,
  AutoAugment,
  ThreeAugment,
  ElasticTransform,
  AugMix,
  FiveCrop,
  TenCrop,
  HorizontalFlipViews,
  GaussianNoise,
  JPEG,
  Cutout,
  Erase,
] as const;

/** One transform of a pipeline, canonical. */
export type OpSpec = z.output<(typeof OPS)[number]['schema']>;

/** Name of a transform. */
export type OpName = (typeof OPS)[number]['name'];
