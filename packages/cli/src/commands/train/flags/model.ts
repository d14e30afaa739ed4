import { PRESETS } from '@saker/spec';
import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { text } from '../../../flags/parse.js';
import { modelField } from '../../../flags/run-fields.js';

/** Flags of `saker train`: what is trained. */
export interface ModelFlags {
  readonly model?: string;
  readonly weights?: string;
  readonly preset?: (typeof PRESETS)[number];
  readonly recipe?: 'scratch' | 'fine-tune';
}

export const modelFlags: FlagParametersForType<ModelFlags, CliContext> = {
  model: modelField,
  weights: {
    kind: 'parsed',
    brief:
      'Pretrained weights for a zoo model: a state dict, published ones by name, or auto for the usual; fine-tunes by default',
    placeholder: 'NAME|auto|FILE',
    parse: text('--weights', 'a name or a path'),
    optional: true,
  },
  preset: {
    kind: 'enum',
    values: PRESETS,
    brief:
      'Settings by time: a first look, the defaults (good), or long with policy, MixUp and averaged weights; other flags win',
    optional: true,
  },
  recipe: {
    kind: 'enum',
    values: ['scratch', 'fine-tune'],
    brief: 'Train everything from new, or the head first and then everything gently; default: by the model',
    optional: true,
  },
};
