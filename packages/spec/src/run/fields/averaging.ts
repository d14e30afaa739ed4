import { z } from 'zod';

/** Fields of a run about kept and averaged weights. */
export const averagingFields = {
  /** What the best model, kept epochs and early stopping go by: a name in an epoch's metrics; default: the task's. */
  monitor: z.string().min(1).optional(),
  /** Decay of an exponential moving average of the weights, which validation and the model file then use; null: none. */
  ema: z.number().gt(0).lt(1).nullable().optional(),
  /** Stochastic weight averaging over so many last epochs; null: none. */
  swa: z.number().int().min(2).max(100_000).nullable().default(null),
  /** Keep the weights of so many best epochs in the .run folder; 0: none. */
  keep: z.number().int().min(0).max(1000).default(0),
  /** Average the kept epochs that go well together, and ship the result when it is better; default: when fine-tuning. */
  soup: z.boolean().optional(),
};
