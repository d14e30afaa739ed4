import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { integer, text } from '../../flags/parse.js';
import { pipelineFlag } from '../../flags/pipeline.js';

export interface ShowFlags extends CommonFlags {
  readonly pipeline?: string;
  readonly count?: number;
  readonly draws?: number;
  readonly seed?: number;
  readonly out?: string;
}

export const showCommand = buildCommand<ShowFlags, [data: string], CliContext>({
  loader: async () => (await import('./run.js')).show,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { placeholder: 'DATA', brief: 'Labelled pictures, as for train', parse: text('DATA', 'a path') },
      ],
    },
    flags: {
      pipeline: pipelineFlag,
      count: {
        kind: 'parsed',
        brief: 'Pictures shown, from the classes in turn; default 12',
        placeholder: 'N',
        parse: integer('--count', { min: 1, max: 400 }),
        optional: true,
      },
      draws: {
        kind: 'parsed',
        brief: 'Draws of each picture when the pipeline is random; default 5',
        placeholder: 'N',
        parse: integer('--draws', { min: 1, max: 20 }),
        optional: true,
      },
      seed: {
        kind: 'parsed',
        brief: 'Decides the random draws; default 0',
        placeholder: 'N',
        parse: integer('--seed', { min: 0, max: 0xffff_ffff }),
        optional: true,
      },
      out: {
        kind: 'parsed',
        brief: 'Where the sheet is written; default show.png',
        placeholder: 'FILE.png',
        parse: text('--out', 'a path'),
        optional: true,
      },
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Draw a contact sheet of what goes into a network',
    customUsage: ['DATA --pipeline FILE|PRESET [flags]'],
    fullDescription: examples(
      'Runs a few pictures through a pipeline and draws them on one PNG, each beside the stored picture and with its ' +
        'label; a random pipeline gets several draws of each. Normalize is left out, so that colours look right. A ' +
        'picture that cannot be read gets a field with its error.',
      [
        'saker show photos --pipeline train224-jitter',
        'saker show photos --pipeline mine.json --count 4 --draws 8 --out sheet.png',
      ],
    ),
  },
});
