import { z } from 'zod';

/** Fields of a run about what it is compared with. */
export const baselineFields = {
  /** Score the majority class and logistic regression on the same split first, to show beside the result. */
  baseline: z.boolean().default(true),
};
