import type { z } from 'zod';
import { CenterCrop } from './center-crop.js';
import { ColorJitter } from './color-jitter.js';
import { Grayscale } from './grayscale.js';
import { Normalize } from './normalize.js';
import { Pad } from './pad.js';
import { RandomCrop } from './random-crop.js';
import { RandomHorizontalFlip } from './random-horizontal-flip.js';
import { RandomResizedCrop } from './random-resized-crop.js';
import { RandomVerticalFlip } from './random-vertical-flip.js';
import { Resize } from './resize.js';
import { ResizedCrop } from './resized-crop.js';

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
] as const;

/** One transform of a pipeline, canonical. */
export type OpSpec = z.output<(typeof OPS)[number]['schema']>;

/** Name of a transform. */
export type OpName = (typeof OPS)[number]['name'];
