import { buildCommand, buildRouteMap } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { integer, text } from '../../flags/parse.js';
import { pipelineFlag } from '../../flags/pipeline.js';
import { serveBench } from './serve/command.js';

export interface BenchPreprocessFlags extends CommonFlags {
  readonly pipeline?: string;
  readonly count?: number;
  readonly threads?: number;
  readonly rounds?: number;
  readonly compare?: string;
  readonly device?: 'cpu' | 'cuda';
}

const preprocessBench = buildCommand<BenchPreprocessFlags, [data: string], CliContext>({
  loader: async () => (await import('./run.js')).benchPreprocess,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          placeholder: 'DATA',
          brief: 'A folder of pictures, labelled or not, or shards',
          parse: text('DATA', 'a path'),
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
        brief: 'Rounds, each with the pipeline and the decoders alone once; default 7',
        placeholder: 'N',
        parse: integer('--rounds', { min: 1, max: 1000 }),
        optional: true,
      },
      compare: {
        kind: 'parsed',
        brief: 'Other pictures, measured in the same rounds: files beside their shards',
        placeholder: 'DATA',
        parse: text('--compare', 'a path'),
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
      'Runs the loader over the pictures and, in alternating rounds of the same run, on the same regions of the same ' +
        "pictures, the decoder alone: Saker's own, and libjpeg-turbo's region decode, the floor of pipelines built on " +
        'that. Prints medians and their spread, wall and CPU time, and where the time goes. Pictures that cannot be ' +
        'read are counted and left out. --compare puts the rate from other pictures beside it, such as from the files ' +
        'that shards were made of.',
      [
        'saker bench preprocess photos',
        'saker bench preprocess photos --pipeline train224-jitter --count 100 --threads 2',
        'saker bench preprocess shards --compare photos',
        'saker bench preprocess photos --pipeline mine.json --json',
      ],
    ),
  },
});

/** `saker bench ...`. */
export const benchRoutes = buildRouteMap<string, CliContext>({
  routes: { preprocess: preprocessBench, serve: serveBench },
  docs: { brief: 'Measure Saker on this machine' },
});
