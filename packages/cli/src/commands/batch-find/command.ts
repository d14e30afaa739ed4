import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { dataArgument } from '../../flags/data.js';
import { integer } from '../../flags/parse.js';
import { type FindFlags, findFlags } from '../train/flags/find.js';

export interface BatchFindFlags extends CommonFlags, FindFlags {
  readonly from?: number;
  readonly to?: number;
}

const size = (name: string) => ({
  kind: 'parsed' as const,
  placeholder: 'N',
  parse: integer(name, { min: 1, max: 65_536 }),
  optional: true as const,
});

export const batchFindCommand = buildCommand<BatchFindFlags, [data?: string], CliContext>({
  loader: async () => (await import('./run.js')).batchFind,
  parameters: {
    positional: { kind: 'tuple', parameters: [dataArgument] },
    flags: {
      from: { ...size('--from'), brief: 'Smallest batch, doubled from there; default 4' },
      to: { ...size('--to'), brief: 'Largest batch tried; default 512' },
      ...findFlags,
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Find the batch size that trains fastest and fits the memory',
    customUsage: ['DATA --model NAME|FILE.onnx [flags]'],
    fullDescription: examples(
      'Trains three steps at each of doubling batch sizes, says how fast they are and what memory they hold, and stops ' +
        'before the memory that is free runs out. Takes the flags of train that decide a step; nothing is written.',
      [
        'saker batch-find photos --model resnet18 --size 96',
        'saker batch-find photos --model vit.onnx --to 64 --json',
      ],
    ),
  },
});
