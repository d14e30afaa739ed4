import { z } from 'zod';

/** Fields of a run about its seed, its threads and its files. */
export const runFields = {
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  /** Native threads for loading and for the engine; default: all cores. */
  threads: z.number().int().min(1).max(1024).optional(),
  /** Where the trained model is written. */
  out: z.string().min(1).optional(),
};
