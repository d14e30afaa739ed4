import { z } from 'zod';
import { defineOp } from './define-op.js';
import type { Field } from './fields.js';

const level = z.number().int().min(1).max(100);

/** `n` or `[low, high]`. */
const quality: Field<z.ZodType<[number, number]>> = {
  schema: z.preprocess(
    (v) => (typeof v === 'number' ? [v, v] : v),
    z
      .tuple([level, level])
      .refine(([low, high]) => low <= high, 'the low end must not be above the high end'),
  ) as unknown as z.ZodType<[number, number]>,
  cpp: 'std::array<int32_t, 2>',
  nullable: false,
  doc: 'quality of the JPEG, a number or [low, high] to draw from',
  range: '1..100',
};

export const JPEG = defineOp({
  name: 'JPEG',
  summary: 'Compresses to JPEG and decompresses again, which leaves the marks of that quality.',
  formula: 'decode(encode(round(in), quality)): baseline, 4:2:0, accurate integer DCT, smooth upsampling',
  fields: { quality },
  randomWords: 1,
  promise: 'the bits of libjpeg-turbo, so those of Pillow and torchvision built on it',
  kind: 'colour',
  devices: ['cpu'],
  fusable: false,
  steps: ['Jpeg'],
});
