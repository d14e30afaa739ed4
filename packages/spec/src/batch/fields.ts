/** Parameters that the batch ops share. */
import { z } from 'zod';
import { type Field, probability, real } from '../ops/fields.js';

/** Largest alpha: Beta(100, 100) is 0.5 within 0.1 nearly always. */
export const MAX_MIX_ALPHA = 100;

export const alpha = (): Field<z.ZodType<number>> =>
  real({ default: 1, min: 0, max: MAX_MIX_ALPHA, open: true, doc: 'lambda ~ Beta(alpha, alpha)' });

export const mixProbability = (): Field<z.ZodType<number>> =>
  probability({ default: 1, doc: 'probability of mixing' });

/** What shares one lambda (and one box). */
export type MixMode = 'batch' | 'pair' | 'element';

const MODES = ['batch', 'pair', 'element'] as const;

/** timm's spelling of `element` is taken too. */
export const mixMode = (): Field<z.ZodType<MixMode>> => ({
  schema: z.preprocess(
    (v) => (v === 'elem' ? 'element' : v),
    z.enum(MODES).default('batch'),
  ) as unknown as z.ZodType<MixMode>,
  cpp: 'MixMode',
  nullable: false,
  values: MODES,
  doc: 'what shares one lambda and one box: the batch, both partners, or nothing',
  range: MODES.join(', '),
  defaultText: '"batch"',
});
