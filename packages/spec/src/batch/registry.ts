import type { z } from 'zod';
import { CutMix } from './cut-mix.js';
import { MixUp } from './mix-up.js';

/** Every op on whole batches, in the order of the generated C++ list. Append only. */
export const BATCH_OPS = [MixUp, CutMix] as const;

/** One mixing op, canonical. */
export type BatchMixSpec = z.output<(typeof BATCH_OPS)[number]['schema']>;

/** Name of a mixing op. */
export type BatchOpName = (typeof BATCH_OPS)[number]['name'];
