import { z } from 'zod';

/** Augmentation policies that a run may add to crops and flips, by their ops' names. */
export const AUGMENTS = [
  'none',
  'TrivialAugmentWide',
  'RandAugment',
  'AutoAugment',
  'AugMix',
  'ThreeAugment',
] as const;

const perChannel = z.array(z.number().finite()).min(1).max(3);

/** Fields of a run that make its pipelines. */
export const pixelFields = {
  size: z.number().int().min(8).max(4096).optional(),
  mean: perChannel.optional(),
  std: perChannel.optional(),
  /** Default: what published weights were evaluated with, else bilinear. */
  interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']).optional(),
  /** RandomResizedCrop's area range. */
  scale: z.tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)]).optional(),
  hflip: z.number().min(0).max(1).default(0.5),
  /** A policy behind crop and flip, with its op's defaults. */
  augment: z.enum(AUGMENTS).default('none'),
  /** Probability of erasing a box of a training picture (RandomErasing). */
  erase: z.number().min(0).max(1).default(0),
  colorJitter: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable().default(null),
};
