import { defineOp } from './define-op.js';
import { int, probability } from './fields.js';

export const RandomPosterize = defineOp({
  name: 'RandomPosterize',
  summary: 'Keeps the highest bits of every channel with probability p.',
  formula: 'out = round(in) & ~(2^(8 - bits) - 1) with probability p',
  fields: {
    bits: int({ min: 0, max: 8, doc: 'bits kept' }),
    p: probability({ default: 0.5, doc: 'probability of posterizing' }),
  },
  randomWords: 1,
  promise: 'equals Pillow on u8 values (values are rounded to whole levels first)',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Posterize'],
});
