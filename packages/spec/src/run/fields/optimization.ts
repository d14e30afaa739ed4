import { z } from 'zod';

/** Optimisers, by their names in torch.optim and timm. */
export const OPTIMIZERS = ['sgd', 'adam', 'adamw', 'rmsprop', 'lamb', 'lion'] as const;

/** What gradient clipping limits. */
export const CLIP_MODES = ['norm', 'value', 'agc'] as const;

/** Fields of a run that say how weights are updated. */
export const optimizationFields = {
  /** Epochs with everything trainable. */
  epochs: z.number().int().min(0).max(100_000).optional(),
  /** fine-tune only: epochs with the backbone frozen, before `epochs`. */
  headEpochs: z.number().int().min(0).max(100_000).optional(),
  batchSize: z.number().int().min(1).max(65_536).optional(),
  /** Peak learning rate with everything trainable. */
  lr: z.number().positive().optional(),
  /** fine-tune only: peak learning rate of the head-only phase. */
  headLr: z.number().positive().optional(),
  optimizer: z.enum(OPTIMIZERS).optional(),
  momentum: z.number().min(0).lt(1).default(0.9),
  nesterov: z.boolean().default(true),
  weightDecay: z.number().min(0).optional(),
  /** fine-tune only: learning rate of the first layer over that of the last backbone layer, geometric between. */
  discriminative: z.number().positive().max(1).default(0.1),
  /** Learning rate of each layer over that of the layer behind it, in place of `discriminative`; null: none. */
  layerDecay: z.number().positive().max(1).nullable().default(null),
  /** What clipping limits: the global norm, every value, or (agc) the norm of a unit as a share of its weight's. */
  clipMode: z.enum(CLIP_MODES).default('norm'),
  /** The limit; null leaves gradients as they are. Default: norm 5, value 1, agc 0.02. */
  clipGradNorm: z.number().positive().nullable().optional(),
};
