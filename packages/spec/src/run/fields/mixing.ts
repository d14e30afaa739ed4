import { z } from 'zod';
import { MAX_MIX_ALPHA } from '../../batch/fields.js';

/** Fields of a run that mix pictures and labels. */
export const mixingFields = {
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
};
