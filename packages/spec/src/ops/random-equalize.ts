import { defineOp } from './define-op.js';
import { probability } from './fields.js';

export const RandomEqualize = defineOp({
  name: 'RandomEqualize',
  summary: 'Equalizes the histogram of every channel with probability p.',
  formula:
    'out[v] = (step / 2 + count of values below v) / step, whole numbers, step = (N - count of the highest) / 255',
  fields: {
    p: probability({ default: 0.5, doc: 'probability of equalizing' }),
  },
  randomWords: 1,
  promise: 'equals Pillow on u8 values (values are rounded to whole levels first)',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: false,
  steps: ['Equalize'],
});
