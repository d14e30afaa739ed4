import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal, integer } from '../../../flags/parse.js';

/** Flags of `saker train`: what changes while a run goes on. */
export interface ProgressFlags {
  readonly unfreeze?: number;
  readonly progressive?: number;
  readonly mixOffEpochs?: number;
  readonly timeBudget?: number;
}

export const progressFlags: FlagParametersForType<ProgressFlags, CliContext> = {
  unfreeze: {
    kind: 'parsed',
    brief: 'Fine-tuning: let the layers join one after the other, over N epochs; default 0: all at once',
    placeholder: 'N',
    parse: integer('--unfreeze', { min: 0 }),
    optional: true,
  },
  progressive: {
    kind: 'parsed',
    brief: 'Train on smaller pictures first, from this share of the side: 0.5 is usual; default: full size',
    placeholder: 'X',
    parse: decimal('--progressive', { min: 0.25, max: 1 }),
    optional: true,
  },
  mixOffEpochs: {
    kind: 'parsed',
    brief: 'Last epochs without MixUp and CutMix; default 0',
    placeholder: 'N',
    parse: integer('--mix-off-epochs', { min: 0 }),
    optional: true,
  },
  timeBudget: {
    kind: 'parsed',
    brief: 'End the run within so many seconds',
    placeholder: 'T',
    parse: decimal('--time-budget', { min: 0, above: true }),
    optional: true,
  },
};
