import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { dataArgument } from '../../flags/data.js';
import { integer, text } from '../../flags/parse.js';
import { type FindFlags, findFlags } from '../train/flags/find.js';

export interface TuneFlags extends CommonFlags, FindFlags {
  readonly space?: string;
  readonly algorithm?: 'random' | 'halving';
  readonly trials?: number;
  readonly factor?: number;
  readonly out?: string;
}

export const tuneCommand = buildCommand<TuneFlags, [data?: string], CliContext>({
  loader: async () => (await import('./run.js')).tune,
  parameters: {
    positional: { kind: 'tuple', parameters: [dataArgument] },
    flags: {
      space: {
        kind: 'parsed',
        brief:
          'JSON file: fields of a run with {"min","max","log","int"} or a list; default: rates and regularisation',
        placeholder: 'FILE.json',
        parse: text('--space', 'a path'),
        optional: true,
      },
      algorithm: {
        kind: 'enum',
        values: ['random', 'halving'],
        brief: 'All trials whole, or many short ones of which the best go on; default halving',
        optional: true,
      },
      trials: {
        kind: 'parsed',
        brief: 'Configurations drawn; default 9',
        placeholder: 'N',
        parse: integer('--trials', { min: 1, max: 10_000 }),
        optional: true,
      },
      factor: {
        kind: 'parsed',
        brief: 'halving: one of N goes on, for N times the epochs; default 3',
        placeholder: 'N',
        parse: integer('--factor', { min: 2, max: 100 }),
        optional: true,
      },
      out: {
        kind: 'parsed',
        brief: 'Folder of the search; the same command goes on with it after a stop; default tune',
        placeholder: 'FOLDER',
        parse: text('--out', 'a path'),
        optional: true,
      },
      ...findFlags,
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Search the settings of a run',
    customUsage: ['DATA --model NAME|FILE.onnx [flags]'],
    fullDescription: examples(
      'Draws configurations from a space, trains each, and keeps the best: its model, and best.json for ' +
        'train --config. --epochs is the length of the longest trials. A trial that diverges counts as the worst.',
      [
        'saker tune photos --model resnet18 --size 96 --epochs 9 --trials 9',
        'saker tune photos --model backbone.onnx --space space.json --algorithm random --trials 20',
        'saker train photos --config tune/best.json --out model.onnx',
      ],
    ),
  },
});
