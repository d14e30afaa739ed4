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
  optimizer: z.enum(['sgd', 'adam', 'adamw', 'rmsprop', 'lamb', 'lion']).optional(),
  momentum: z.number().min(0).lt(1).default(0.9),
  nesterov: z.boolean().default(true),
  weightDecay: z.number().min(0).optional(),
  labelSmoothing: z.number().min(0).lt(1).default(0.1),
  /** Share of each phase's steps spent warming up. */
  warmup: z.number().min(0).max(0.9).optional(),
  /** Learning-rate curve of each phase, by the names of torch.optim.lr_scheduler; each warms up first. */
  schedule: z
    .enum(['cosine', 'onecycle', 'step', 'multistep', 'polynomial', 'constant', 'restarts', 'plateau'])
    .default('cosine'),
  /** Learning rate at the end of `cosine`, `polynomial` and each restart, and the least of `plateau`: share of the peak. */
  minLrFactor: z.number().min(0).max(1).default(0.01),
  /** Epochs between two drops of `step`, or of the first cycle of `restarts`; default: a third of the phase. */
  stepSize: z.number().int().min(1).max(100_000).optional(),
  /** What a drop of `step`, `multistep` or `plateau` multiplies the rate by. */
  gamma: z.number().positive().max(1).default(0.1),
  /** Epochs of a phase, from 0, that begin with a drop of `multistep`; default: half and three quarters of it. */
  milestones: z.array(z.number().int().min(1).max(100_000)).optional(),
  /** Power of `polynomial`. */
  power: z.number().positive().max(100).default(1),
  /** Each cycle of `restarts` is this many times as long as the one before it. */
  restartMult: z.number().int().min(1).max(100).default(1),
  /** Epochs without a lower validation loss that `plateau` puts up with. */
  plateauPatience: z.number().int().min(0).max(100_000).default(2),
  /** fine-tune only: learning rate of the first layer over that of the last backbone layer, geometric between. */
  discriminative: z.number().positive().max(1).default(0.1),
  /** What clipping limits: the global norm, every value, or (agc) the norm of a unit as a share of its weight's. */
  clipMode: z.enum(['norm', 'value', 'agc']).default('norm'),
  /** The limit; null leaves gradients as they are. Default: norm 5, value 1, agc 0.02. */
  clipGradNorm: z.number().positive().nullable().optional(),
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
