import { DIST_BACKENDS } from '@saker/spec';
import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal, integer } from '../../../flags/parse.js';

/** Flags of `saker train`: several processes. */
export interface DistributedFlags {
  readonly nproc?: number;
  readonly distBackend?: (typeof DIST_BACKENDS)[number];
  readonly distTimeout?: number;
  readonly syncBatchNorm?: boolean;
}

export const distributedFlags: FlagParametersForType<DistributedFlags, CliContext> = {
  nproc: {
    kind: 'parsed',
    brief:
      'Train with N processes on this machine, each with its part of every batch of N times --batch-size',
    placeholder: 'N',
    parse: integer('--nproc', { min: 1, max: 256 }),
    optional: true,
  },
  distBackend: {
    kind: 'enum',
    values: DIST_BACKENDS,
    brief: 'What carries gradients between processes; default gloo, which works on the CPU',
    optional: true,
  },
  distTimeout: {
    kind: 'parsed',
    brief: 'Seconds that a process waits for another before it gives up; default 600',
    placeholder: 'S',
    parse: decimal('--dist-timeout', { min: 0, above: true }),
    optional: true,
  },
  syncBatchNorm: {
    kind: 'boolean',
    brief: 'Batch normalisation over the batches of all processes; default: each its own',
    optional: true,
  },
};
