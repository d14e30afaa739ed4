import { defineOp } from './define-op.js';
import { probability } from './fields.js';

export const RandomAutocontrast = defineOp({
  name: 'RandomAutocontrast',
  summary: 'Stretches every channel to the whole range with probability p.',
  formula:
    'out = floor((v - lo) * 255 / (hi - lo)), v = round(in), lo and hi of the channel; as it is when lo = hi',
  fields: {
    p: probability({ default: 0.5, doc: 'probability of stretching' }),
  },
  randomWords: 1,
  promise: 'equals Pillow on u8 values (values are rounded to whole levels first)',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: false,
  steps: ['Autocontrast'],
});
