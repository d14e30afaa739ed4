import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { dataArgument } from '../../flags/data.js';
import { decimal, integer } from '../../flags/parse.js';
import { type FindFlags, findFlags } from '../train/flags/find.js';

export interface LrFindFlags extends CommonFlags, FindFlags {
  readonly startLr?: number;
  readonly endLr?: number;
  readonly steps?: number;
}

export const lrFindCommand = buildCommand<LrFindFlags, [data?: string], CliContext>({
  loader: async () => (await import('./run.js')).lrFind,
  parameters: {
    positional: { kind: 'tuple', parameters: [dataArgument] },
    flags: {
      startLr: {
        kind: 'parsed',
        brief: 'Rate of the first step; default 1e-7',
        placeholder: 'X',
        parse: decimal('--start-lr', { min: 0, above: true }),
        optional: true,
      },
      endLr: {
        kind: 'parsed',
        brief: 'Rate of the last step; default 10',
        placeholder: 'X',
        parse: decimal('--end-lr', { min: 0, above: true }),
        optional: true,
      },
      steps: {
        kind: 'parsed',
        brief: 'Steps of the test; default 100',
        placeholder: 'N',
        parse: integer('--steps', { min: 20, max: 10_000 }),
        optional: true,
      },
      ...findFlags,
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Find a learning rate by a short run at growing rates',
    customUsage: ['DATA --model NAME|FILE.onnx [flags]'],
    fullDescription: examples(
      'Trains for a few steps while the learning rate grows from step to step, draws the loss, and suggests the rate ' +
        'in the middle of its fall. Takes the flags of train that decide a step; nothing is written.',
      [
        'saker lr-find photos --model resnet18 --size 96',
        'saker lr-find photos --model backbone.onnx --optimizer adamw --steps 200 --json',
      ],
    ),
  },
});
