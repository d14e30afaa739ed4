import { z } from 'zod';

/** Learning-rate curves, by the names of torch.optim.lr_scheduler. */
export const SCHEDULES = [
  'cosine',
  'onecycle',
  'step',
  'multistep',
  'polynomial',
  'constant',
  'restarts',
  'plateau',
] as const;

/** Fields of a run that shape the learning rate over time. */
export const scheduleFields = {
  /** Share of each phase's steps spent warming up. */
  warmup: z.number().min(0).max(0.9).optional(),
  /** Learning-rate curve of each phase, by the names of torch.optim.lr_scheduler; each warms up first. */
  schedule: z.enum(SCHEDULES).default('cosine'),
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
};
