import { defineOp } from './define-op.js';
import { probability, real } from './fields.js';

export const RandomAdjustSharpness = defineOp({
  name: 'RandomAdjustSharpness',
  summary: 'Blends with a smoothed picture with probability p; below 1 smoother, above 1 sharper.',
  formula:
    'out = floor(clamp(s + factor * (v - s))), v = round(in), s = round(3x3 mean with weight 5 of 13 at the centre), border as it is',
  fields: {
    sharpness_factor: real({ min: 0, max: 100, doc: '0: smooth, 1: as it is, 2: twice as sharp' }),
    p: probability({ default: 0.5, doc: 'probability of sharpening' }),
  },
  randomWords: 1,
  promise: 'equals Pillow on u8 values (values are rounded to whole levels first)',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: false,
  steps: ['Sharpness'],
});
