import { z } from 'zod';
import { defineOp } from './define-op.js';
import type { Field } from './fields.js';

const channels: Field<z.ZodType<1 | 3>> = {
  schema: z.union([z.literal(1), z.literal(3)]).default(1) as unknown as z.ZodType<1 | 3>,
  cpp: 'int32_t',
  nullable: false,
  doc: 'channels of the result; with 3 all are equal',
  range: '1 or 3',
  defaultText: '1',
};

export const Grayscale = defineOp({
  name: 'Grayscale',
  summary: 'Turns the picture grey.',
  formula: 'L = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, as Pillow)',
  fields: { num_output_channels: channels },
  randomWords: 0,
  promise: 'at most 1 u8 level from Pillow',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Grayscale'],
});
