import { z } from 'zod';

/** Fields of a run that change it while it goes on. */
export const progressFields = {
  /** fine-tune only: epochs over which the layers join the training, from the classifier to the input; 0: all at once. */
  unfreeze: z.number().int().min(0).max(100_000).default(0),
  /** Share of the full side that training pictures start with, growing over three quarters of the epochs; null: full. */
  progressive: z.number().min(0.25).lt(1).nullable().default(null),
  /** Last epochs without MixUp and CutMix. */
  mixOffEpochs: z.number().int().min(0).max(100_000).default(0),
  /** The run ends within so many seconds; null: no limit. */
  timeBudget: z.number().positive().nullable().default(null),
};
