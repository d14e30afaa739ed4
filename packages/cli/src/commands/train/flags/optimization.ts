import { CLIP_MODES, OPTIMIZERS, SCHEDULES } from '@saker/spec';
import type { FlagParametersForType } from '@stricli/core';
import type { CliContext } from '../../../context.js';
import { decimal } from '../../../flags/parse.js';
import { batchSizeField, epochsField, lrField } from '../../../flags/run-fields.js';

/** Flags of `saker train`: how weights are updated. */
export interface OptimizationFlags {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly lr?: number;
  readonly layerDecay?: number;
  readonly optimizer?: (typeof OPTIMIZERS)[number];
  readonly schedule?: (typeof SCHEDULES)[number];
  readonly clip?: number;
  readonly clipMode?: (typeof CLIP_MODES)[number];
}

export const optimizationFlags: FlagParametersForType<OptimizationFlags, CliContext> = {
  epochs: {
    ...epochsField(0),
    brief: 'Epochs with everything trainable; default 10, when fine-tuning 6, behind 3 of the new head alone',
  },
  batchSize: { ...batchSizeField(1), brief: 'Pictures per step; default 64, when fine-tuning 16' },
  lr: {
    ...lrField,
    brief: 'Peak learning rate; default: by optimiser and batch, see lr-find; when fine-tuning 1e-4',
  },
  layerDecay: {
    kind: 'parsed',
    brief:
      'Learning rate of each layer over that of the layer behind it, as in BEiT; 0.65 to 0.9 for transformers; default: none',
    placeholder: 'D',
    parse: decimal('--layer-decay', { min: 0, max: 1, above: true }),
    optional: true,
  },
  optimizer: {
    kind: 'enum',
    values: OPTIMIZERS,
    brief: 'Default: sgd for new convolutional networks, else adamw; the learning rate follows',
    optional: true,
  },
  schedule: {
    kind: 'enum',
    values: SCHEDULES,
    brief: "Curve of the learning rate, by PyTorch's names; default cosine with warm-up",
    optional: true,
  },
  clip: {
    kind: 'parsed',
    brief: 'Limit of the gradients; default: norm 5, value 1, agc 0.02',
    placeholder: 'X',
    parse: decimal('--clip', { min: 0, above: true }),
    optional: true,
  },
  clipMode: {
    kind: 'enum',
    values: CLIP_MODES,
    brief: 'What --clip limits: the global norm, every value, or each unit against its weights; default norm',
    optional: true,
  },
};
