import { AMP_MODES, DEVICE_PATTERN } from '@saker/spec';
import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal, integer, pattern } from '../../../flags/parse.js';

/** Flags of `saker train`: how the engine computes its steps. */
export interface EngineFlags {
  readonly device?: string;
  readonly amp?: (typeof AMP_MODES)[number];
  readonly accumulate?: number;
  readonly gradCheckpointing?: boolean;
  readonly dropPath?: number;
}

export const engineFlags: FlagParametersForType<EngineFlags, CliContext> = {
  device: {
    kind: 'parsed',
    brief: 'Where steps are computed: cpu, cuda or cuda:N; cuda needs a CUDA build of libtorch; default cpu',
    placeholder: 'DEVICE',
    parse: pattern('--device', DEVICE_PATTERN, 'cpu, cuda or cuda:N'),
    optional: true,
  },
  amp: {
    kind: 'enum',
    values: AMP_MODES,
    brief:
      'Mixed precision: convolutions and matrix products in bf16, or in fp16 on a CUDA device; default off',
    optional: true,
  },
  accumulate: {
    kind: 'parsed',
    brief: 'Batches per update of the weights: N times the batch in the memory of one; default 1',
    placeholder: 'N',
    parse: integer('--accumulate', { min: 1, max: 65_536 }),
    optional: true,
  },
  gradCheckpointing: {
    kind: 'boolean',
    brief: 'Compute activations twice instead of keeping them: less memory, more time, the same gradients',
    optional: true,
  },
  dropPath: {
    kind: 'parsed',
    brief:
      'Stochastic depth: drop rate of the last residual branch, falling linearly towards the first; default 0',
    placeholder: 'P',
    parse: decimal('--drop-path', { min: 0, max: 0.999 }),
    optional: true,
  },
};
