import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { text } from '../../../flags/parse.js';
import { outField, seedField, threadsField } from '../../../flags/run-fields.js';

/** Flags of `saker train`: seed, threads, and files read and written. */
export interface RunFlags {
  readonly seed?: number;
  readonly threads?: number;
  readonly config?: string;
  readonly out?: string;
  readonly baseline?: boolean;
}

export const runFlags: FlagParametersForType<RunFlags, CliContext> = {
  seed: { ...seedField, brief: 'Decides split, order, augmentation and new weights; default 0' },
  threads: threadsField,
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
  out: { ...outField, brief: 'Where the trained model is written, over what is there; default model.onnx' },
};
