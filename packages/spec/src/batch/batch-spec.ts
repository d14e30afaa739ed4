/** The `batch` part of a pipeline: ops that see a whole batch and its targets. */
import { z } from 'zod';
import type { MixMode } from './fields.js';
import { BATCH_OPS, type BatchMixSpec } from './registry.js';

/** One of several ops, drawn for each thing that has a lambda of its own (see `mode`). */
export interface BatchChoiceSpec {
  readonly op: 'RandomChoice';
  readonly transforms: readonly BatchMixSpec[];
  /** One weight for each transform, relative to their sum; default: all 1. */
  readonly p: readonly number[];
}

export type BatchOpSpec = BatchMixSpec | BatchChoiceSpec;

const mixSchema = z.discriminatedUnion(
  'op',
  BATCH_OPS.map((definition) => definition.schema) as unknown as [z.core.$ZodTypeDiscriminable],
) as unknown as z.ZodType<BatchMixSpec>;

/** Most transforms of a choice, and most steps of a batch stage. */
const MOST = 8;

const choiceSchema = z
  .strictObject({
    op: z.literal('RandomChoice'),
    transforms: z.array(mixSchema).min(1).max(MOST),
    p: z.array(z.number().finite().min(0)).max(MOST).optional(),
  })
  .refine(
    ({ p, transforms }) => p === undefined || p.length === transforms.length,
    'p: expected one weight for each transform',
  )
  .refine(({ p }) => p === undefined || p.some((w) => w > 0), 'p: expected a weight above 0')
  .refine(
    ({ transforms }) => transforms.every((t) => t.mode === transforms[0]?.mode),
    'transforms: expected the same mode for all',
  )
  .transform(({ op, transforms, p }) => ({ op, transforms, p: p ?? transforms.map(() => 1) }));

export const batchSchema = z
  .array(z.union([choiceSchema, mixSchema]))
  .max(MOST)
  .optional() as unknown as z.ZodType<readonly BatchOpSpec[] | undefined>;

/** How a training run mixes; an alpha of 0 leaves that op out. */
export interface MixingOptions {
  readonly mixup?: number;
  readonly cutmix?: number;
  readonly mode?: MixMode;
  /** Probability of mixing at all. */
  readonly p?: number;
  /** Probability of CutMix where both are on. */
  readonly switchProb?: number;
}

/** The batch stage that timm's Mixup(mixup_alpha, cutmix_alpha, prob, switch_prob, mode) stands for. */
export function mixingOps(o: MixingOptions): BatchOpSpec[] {
  const { mixup = 0, cutmix = 0, mode = 'batch', p = 1, switchProb = 0.5 } = o;
  const mix: BatchMixSpec = { op: 'MixUp', alpha: mixup, p, mode };
  const cut: BatchMixSpec = { op: 'CutMix', alpha: cutmix, p, mode, correct_lam: true };
  if (mixup > 0 && cutmix > 0)
    return [{ op: 'RandomChoice', transforms: [mix, cut], p: [1 - switchProb, switchProb] }];
  return [...(mixup > 0 ? [mix] : []), ...(cutmix > 0 ? [cut] : [])];
}
