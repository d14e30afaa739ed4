/** RunConfig: everything that decides a training run besides the data and the code. */
import { z } from 'zod';
import { MAX_MIX_ALPHA } from '../batch/fields.js';
import { SakerError } from '../errors/saker-error.js';

const perChannel = z.array(z.number().finite()).min(1).max(3);

/** Fields of a training run, with their defaults and ranges. JSON and YAML-free: a plain JSON object. */
export const runConfigSchema = z.strictObject({
  /** Zoo name or path of an .onnx file. */
  model: z.string().min(1),
  /** Folder of class folders, folder of splits, or manifest file. */
  data: z.string().min(1),
  recipe: z.enum(['scratch', 'fine-tune']).optional(),
  /** Epochs with everything trainable. */
  epochs: z.number().int().min(0).max(100_000).optional(),
  /** fine-tune only: epochs with the backbone frozen, before `epochs`. */
  headEpochs: z.number().int().min(0).max(100_000).optional(),
  batchSize: z.number().int().min(1).max(65_536).optional(),
  /** Peak learning rate with everything trainable. */
  lr: z.number().positive().optional(),
  /** fine-tune only: peak learning rate of the head-only phase. */
  headLr: z.number().positive().optional(),
  optimizer: z.enum(['sgd', 'adamw']).optional(),
  momentum: z.number().min(0).lt(1).default(0.9),
  nesterov: z.boolean().default(true),
  weightDecay: z.number().min(0).optional(),
  labelSmoothing: z.number().min(0).lt(1).default(0.1),
  /** Share of each phase's steps spent warming up. */
  warmup: z.number().min(0).max(0.9).optional(),
  /** Learning rate at the end of the cosine, as a share of the peak. */
  minLrFactor: z.number().min(0).max(1).default(0.01),
  /** fine-tune only: learning rate of the first layer over that of the last backbone layer, geometric between. */
  discriminative: z.number().positive().max(1).default(0.1),
  /** Global gradient norm; null leaves gradients as they are. */
  clipGradNorm: z.number().positive().nullable().default(5),
  /** Epochs without a better validation accuracy before stopping; null never stops early. */
  patience: z.number().int().min(1).nullable().default(10),
  size: z.number().int().min(8).max(4096).optional(),
  mean: perChannel.optional(),
  std: perChannel.optional(),
  interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']).default('bilinear'),
  /** RandomResizedCrop's area range. */
  scale: z.tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)]).optional(),
  hflip: z.number().min(0).max(1).default(0.5),
  colorJitter: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable().default(null),
  /** MixUp's alpha; 0 leaves MixUp out. */
  mixup: z.number().min(0).max(MAX_MIX_ALPHA).default(0),
  /** CutMix's alpha; 0 leaves CutMix out. With both, `mixupSwitchProb` decides. */
  cutmix: z.number().min(0).max(MAX_MIX_ALPHA).default(0),
  /** Probability of mixing at all. */
  mixupProb: z.number().min(0).max(1).default(1),
  /** Probability of CutMix where both are on. */
  mixupSwitchProb: z.number().min(0).max(1).default(0.5),
  /** What shares one lambda: the batch, both partners of a pair, or nothing. */
  mixupMode: z.enum(['batch', 'pair', 'element']).default('batch'),
  /** Shares of each class held out when the data has no splits of its own. */
  valFraction: z.number().gt(0).lt(0.9).default(0.2),
  testFraction: z.number().min(0).lt(0.9).default(0),
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  /** Native threads for loading and for the engine; default: all cores. */
  threads: z.number().int().min(1).max(1024).optional(),
  /** Where the trained model is written. */
  out: z.string().min(1).optional(),
});

/** A run configuration as a user writes it. */
export type RunConfigInput = z.input<typeof runConfigSchema>;
/** A validated run configuration; what is still optional depends on the recipe and the model. */
export type RunConfig = z.output<typeof runConfigSchema>;

/**
 * Validates a run configuration.
 * @throws SakerError E_CONFIG_INVALID naming the field.
 */
export function parseRunConfig(value: unknown, file = 'given'): RunConfig {
  const result = runConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const detail = `${issue?.path.join('.') || 'configuration'}: ${issue?.message ?? 'invalid'}`;
  throw new SakerError('E_CONFIG_INVALID', { file, detail });
}
