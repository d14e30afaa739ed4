import { defineOp } from './define-op.js';
import { probability, real } from './fields.js';

export const RandomSolarize = defineOp({
  name: 'RandomSolarize',
  summary: 'Inverts the values at or above a threshold with probability p.',
  formula: 'out = v < threshold ? v : 255 - v, v = round(in), with probability p',
  fields: {
    threshold: real({ min: 0, max: 256, doc: 'lowest level that is inverted' }),
    p: probability({ default: 0.5, doc: 'probability of solarizing' }),
  },
  randomWords: 1,
  promise: 'equals Pillow on u8 values (values are rounded to whole levels first)',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Solarize'],
});
