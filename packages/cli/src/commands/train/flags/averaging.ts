import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal, integer, text } from '../../../flags/parse.js';

/** Flags of `saker train`: kept and averaged weights, and what the run goes by. */
export interface AveragingFlags {
  readonly monitor?: string;
  readonly patience?: number;
  readonly ema?: number;
  readonly swa?: number;
  readonly keep?: number;
  readonly soup?: boolean;
}

export const averagingFlags: FlagParametersForType<AveragingFlags, CliContext> = {
  monitor: {
    kind: 'parsed',
    brief:
      'Metric that tells the best epoch: valAccuracy (default), valLoss, or another of the run; with --task multi valMAP, binary valRocAuc',
    placeholder: 'METRIC',
    parse: text('--monitor', 'the name of a metric'),
    optional: true,
  },
  patience: {
    kind: 'parsed',
    brief: 'Stop after so many epochs without a better one; default 10',
    placeholder: 'N',
    parse: integer('--patience', { min: 1 }),
    optional: true,
  },
  ema: {
    kind: 'parsed',
    brief: 'Validate and ship a moving average of the weights: its decay, such as 0.999',
    placeholder: 'D',
    parse: decimal('--ema', { min: 0, above: true, max: 1 }),
    optional: true,
  },
  swa: {
    kind: 'parsed',
    brief: 'Average the last N epochs at a constant rate, and ship the mean when it is better',
    placeholder: 'N',
    parse: integer('--swa', { min: 2 }),
    optional: true,
  },
  keep: {
    kind: 'parsed',
    brief: 'Keep the weights of the N best epochs in the .run folder; default 0, with --soup 5',
    placeholder: 'N',
    parse: integer('--keep', { min: 0, max: 1000 }),
    optional: true,
  },
  soup: {
    kind: 'boolean',
    brief:
      'Average the kept epochs that go well together, and ship the mean when it is better; default when fine-tuning',
    optional: true,
  },
};
