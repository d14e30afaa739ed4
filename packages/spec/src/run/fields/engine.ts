import { z } from 'zod';

/** Where a run computes, by torch's names: `cuda` is the first CUDA device. */
export const DEVICE_PATTERN = /^(cpu|cuda(:\d+)?)$/;

/** Mixed precision, by torch.autocast's types; off is f32 throughout. */
export const AMP_MODES = ['off', 'bf16', 'fp16'] as const;

/** Fields of a run that say how the engine computes its steps. */
export const engineFields = {
  /** cuda needs a CUDA build of libtorch: E_CUDA_NOT_BUILT, E_CUDA_NO_DEVICE. In several processes each takes its own. */
  device: z.string().regex(DEVICE_PATTERN, 'expected cpu, cuda or cuda:N').default('cpu'),
  /** Type of matrix products and convolutions in training steps; fp16 scales the loss, and needs a CUDA device. */
  amp: z.enum(AMP_MODES).default('off'),
  /** Batches per update: gradients are the mean over all of their pictures, BatchNormalization sees one batch at a time. */
  accumulate: z.number().int().min(1).max(65_536).default(1),
  /** Keep about sqrt(n) of n activations and compute the others again for the gradients. */
  gradCheckpointing: z.boolean().default(false),
  /**
   * Stochastic depth (Huang et al. 2016): drop rate of the last residual branch; the rates of those before it fall
   * linearly to the first. 0 is off.
   */
  dropPath: z.number().min(0).lt(1).default(0),
};
