import { AUGMENTS, MAX_MIX_ALPHA } from '@saker/spec';
import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal } from '../../../flags/parse.js';
import { meanField, sizeField, stdField } from '../../../flags/run-fields.js';

/** Flags of `saker train`: what the network sees. */
export interface PixelFlags {
  readonly size?: number;
  readonly mean?: number[];
  readonly std?: number[];
  readonly augment?: (typeof AUGMENTS)[number];
  readonly mixup?: number;
  readonly cutmix?: number;
  readonly mixupMode?: 'batch' | 'pair' | 'element';
  readonly mixupSwitchProb?: number;
}

export const pixelFlags: FlagParametersForType<PixelFlags, CliContext> = {
  size: {
    ...sizeField,
    brief: 'Side of the input in pixels; default: the size the graph asks for, of most zoo models 224',
  },
  mean: {
    ...meanField('a,b,c'),
    brief: "Mean per channel of pixels in 0..1; default: the model file's own, else ImageNet's",
  },
  std: {
    ...stdField('a,b,c'),
    brief: "Standard deviation per channel; default: the model file's own, else ImageNet's",
  },
  augment: {
    kind: 'enum',
    values: AUGMENTS,
    brief: 'Policy of random changes of colour and geometry behind crop and flip; default none',
    optional: true,
  },
  mixup: {
    kind: 'parsed',
    brief:
      'Blend pairs of pictures and their labels, lambda ~ Beta(A, A): 0.2 is mild, 0.8 strong; default 0: off',
    placeholder: 'A',
    parse: decimal('--mixup', { min: 0, max: MAX_MIX_ALPHA }),
    optional: true,
  },
  cutmix: {
    kind: 'parsed',
    brief: 'Paste boxes of one picture into another, labels by area, lambda ~ Beta(A, A); default 0: off',
    placeholder: 'A',
    parse: decimal('--cutmix', { min: 0, max: MAX_MIX_ALPHA }),
    optional: true,
  },
  mixupMode: {
    kind: 'enum',
    values: ['batch', 'pair', 'element'],
    brief: 'What shares one lambda: the batch, both pictures of a pair, or nothing; default batch',
    optional: true,
  },
  mixupSwitchProb: {
    kind: 'parsed',
    brief: 'With --mixup and --cutmix: probability of CutMix; default 0.5',
    placeholder: 'P',
    parse: decimal('--mixup-switch-prob', { min: 0, max: 1 }),
    optional: true,
  },
};
