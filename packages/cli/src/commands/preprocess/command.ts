import type { ShardFormat, TensorDtype } from '@saker/dataset';
import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { integer, text } from '../../flags/parse.js';
import { pipelineFlag } from '../../flags/pipeline.js';

export interface PreprocessFlags extends CommonFlags {
  readonly pipeline?: string;
  readonly out?: string;
  readonly format?: ShardFormat;
  readonly maxSide?: number;
  readonly quality?: number;
  readonly dtype?: TensorDtype;
  readonly shard?: string;
  readonly shardSize?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly resume: boolean;
}

export const preprocessCommand = buildCommand<PreprocessFlags, [data: string], CliContext>({
  loader: async () => (await import('./run.js')).preprocessData,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { placeholder: 'DATA', brief: 'Labelled pictures, as for train', parse: text('DATA', 'a path') },
      ],
    },
    flags: {
      pipeline: pipelineFlag,
      out: {
        kind: 'parsed',
        brief: 'Folder of the shards',
        placeholder: 'DIR',
        parse: text('--out', 'a path'),
        optional: true,
      },
      format: {
        kind: 'enum',
        values: ['webdataset', 'npy', 'safetensors'],
        brief: 'Tar shards of JPEG, or tensors; default webdataset',
        optional: true,
      },
      maxSide: {
        kind: 'parsed',
        brief: 'Shrink pictures with a longer side to it; webdataset only',
        placeholder: 'N',
        parse: integer('--max-side', { min: 1, max: 65_500 }),
        optional: true,
      },
      quality: {
        kind: 'parsed',
        brief: 'JPEG quality; webdataset only; default 90',
        placeholder: 'Q',
        parse: integer('--quality', { min: 1, max: 100 }),
        optional: true,
      },
      dtype: {
        kind: 'enum',
        values: ['u8', 'f16', 'f32'],
        brief: "Numbers of tensors, u8 without Normalize; default: the pipeline's own",
        optional: true,
      },
      shard: {
        kind: 'parsed',
        brief: 'Part of the job: I of N from 0, or auto/N; default: by the scheduler, else everything',
        placeholder: 'I/N',
        parse: text('--shard', 'a part such as 0/4'),
        optional: true,
      },
      shardSize: {
        kind: 'parsed',
        brief: 'Pictures per shard; default 1000, for tensors at most what fills 256 MiB',
        placeholder: 'N',
        parse: integer('--shard-size', { min: 1, max: 1_000_000 }),
        optional: true,
      },
      seed: {
        kind: 'parsed',
        brief: 'Decides the order over the shards and random draws; default 0',
        placeholder: 'N',
        parse: integer('--seed', { min: 0, max: 0xffff_ffff }),
        optional: true,
      },
      threads: {
        kind: 'parsed',
        brief: 'Pictures in work at once; default: one for each core',
        placeholder: 'N',
        parse: integer('--threads', { min: 1, max: 1024 }),
        optional: true,
      },
      resume: {
        kind: 'boolean',
        brief: 'Keep the shards that are finished and make the rest',
        default: false,
        withNegated: false,
      },
      ...commonFlags,
    },
  },
  docs: {
    brief: 'Turn pictures into shards: smaller JPEG files, or tensors',
    customUsage: ['DATA --pipeline FILE|PRESET --out DIR [flags]'],
    fullDescription: examples(
      'Writes shards, index.csv (path, label, sha256, size, status, shard, key) and quarantine.csv with a reason for ' +
        'each picture that could not be used. webdataset shards hold JPEG: what the pipeline makes, or without one ' +
        'the whole pictures, at most --max-side long. A shard gets its name when it is whole: kill the job at any ' +
        'time, and --resume ends with the same bytes. --shard divides a job over machines; a Slurm array, or a ' +
        'Kubernetes indexed job with auto/N, is recognised.',
      [
        'saker preprocess photos --max-side 400 --quality 90 --out shards',
        'saker preprocess photos --pipeline eval224 --format safetensors --dtype f16 --out tensors',
        'saker preprocess photos --max-side 400 --out shards --shard 2/8 --resume',
      ],
    ),
  },
});
