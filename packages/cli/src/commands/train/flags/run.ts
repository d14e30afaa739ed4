import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { integer, text } from '../../../flags/parse.js';

/** Flags of `saker train`: seed, threads, and files read and written. */
export interface RunFlags {
  readonly seed?: number;
  readonly threads?: number;
  readonly config?: string;
  readonly out?: string;
  readonly baseline?: boolean;
}

export const runFlags: FlagParametersForType<RunFlags, CliContext> = {
  seed: {
    kind: 'parsed',
    brief: 'Decides split, order, augmentation and new weights; default 0',
    placeholder: 'N',
    parse: integer('--seed', { min: 0, max: 0xffff_ffff }),
    optional: true,
  },
  threads: {
    kind: 'parsed',
    brief: 'Native threads; default: all cores',
    placeholder: 'N',
    parse: integer('--threads', { min: 1, max: 1024 }),
    optional: true,
  },
  config: {
    kind: 'parsed',
    brief: 'JSON run configuration; flags win over it',
    placeholder: 'FILE',
    parse: text('--config', 'a path'),
    optional: true,
  },
  baseline: {
    kind: 'boolean',
    brief: 'Score simple baselines on the same split first, to show beside the result; default on',
    optional: true,
    withNegated: true,
  },
  out: {
    kind: 'parsed',
    brief: 'Where the trained model is written',
    placeholder: 'FILE.onnx',
    parse: text('--out', 'a path'),
    optional: true,
  },
};
