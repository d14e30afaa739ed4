import { z } from 'zod';

/** Fields of a run that say when it ends. */
export const stoppingFields = {
  /** Epochs without a better validation accuracy before stopping; null never stops early. */
  patience: z.number().int().min(1).nullable().default(10),
};
