import { z } from 'zod';

/** What carries gradients between processes, by torch.distributed's names. */
export const DIST_BACKENDS = ['gloo', 'nccl'] as const;

/** Fields of a run of several processes. How many they are is no part of it: the environment says so. */
export const distributedFields = {
  /** 'gloo' works on the CPU; 'nccl' needs a CUDA build of libtorch. */
  distBackend: z.enum(DIST_BACKENDS).default('gloo'),
  /** Seconds that a process waits for another one before it gives up. */
  distTimeout: z.number().positive().max(86_400).default(600),
  /** BatchNormalization takes its statistics from the batches of all processes, not from each process's own. */
  syncBatchNorm: z.boolean().default(false),
};
