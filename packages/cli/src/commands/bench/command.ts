import { buildCommand, buildRouteMap } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { integer, text } from '../../flags/parse.js';
import { pipelineFlag } from '../../flags/pipeline.js';

export interface BenchPreprocessFlags extends CommonFlags {
  readonly pipeline?: string;
  readonly count?: number;
  readonly threads?: number;
  readonly rounds?: number;
  readonly device?: 'cpu' | 'cuda';
}

const preprocessBench = buildCommand<BenchPreprocessFlags, [folder: string], CliContext>({
  loader: async () => (await import('./run.js')).benchPreprocess,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'FOLDER',
          brief: 'Pictures, at any depth; labels do not matter',
          parse: text('FOLDER', 'a path'),
        },
      ],
    },
    flags: {
      pipeline: pipelineFlag,
      count: {
        kind: 'parsed',
        brief: 'Pictures used, the first by name; default 300, or all there are',
        placeholder: 'N',
        parse: integer('--count', { min: 1, max: 1_000_000 }),
        optional: true,
      },
      threads: {
        kind: 'parsed',
        brief: 'Native threads; default 1, for a figure per core',
        placeholder: 'N',
        parse: integer('--threads', { min: 1, max: 1024 }),
        optional: true,
      },
      rounds: {
        kind: 'parsed',
        brief: 'Rounds, each with the pipeline and the decoder alone once; default 7',
        placeholder: 'N',
        parse: integer('--rounds', { min: 1, max: 1000 }),
        optional: true,
      },
      device: {
        kind: 'enum',
        values: ['cpu', 'cuda'],
        brief: 'Where pictures become tensors; they are decoded on the CPU; default cpu',
        optional: true,
      },
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Measure how fast pictures become tensors here',
    fullDescription: examples(
      'Runs the loader over the pictures and, in alternating rounds of the same run, the decoder alone on the same ' +
        'regions of the same pictures: the floor that no pipeline can go below. Prints medians and their spread, wall ' +
        'and CPU time, and where the time goes. Pictures that cannot be read are counted and left out.',
      [
        'saker bench preprocess photos',
        'saker bench preprocess photos --pipeline train224-jitter --count 100 --threads 2',
        'saker bench preprocess photos --pipeline mine.json --json',
      ],
    ),
  },
});

/** `saker bench ...`. */
export const benchRoutes = buildRouteMap<string, CliContext>({
  routes: { preprocess: preprocessBench },
  docs: { brief: 'Measure Saker on this machine' },
});
