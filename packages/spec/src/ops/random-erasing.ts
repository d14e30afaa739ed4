import { defineOp } from './define-op.js';
import { eraseValue, interval, probability } from './fields.js';

export const RandomErasing = defineOp({
  name: 'RandomErasing',
  summary: 'Fills a random box of the picture with probability p.',
  formula:
    'h = round(sqrt(area * ratio)), w = round(sqrt(area / ratio)), area = U(scale) * H * W, ratio = exp(U(log ratio))',
  fields: {
    p: probability({ default: 0.5, doc: 'probability of erasing' }),
    scale: interval({ default: [0.02, 0.33], min: 0, max: 1, doc: 'share of the area' }),
    ratio: interval({ default: [0.3, 3.3], min: 0, max: 100, open: true, doc: 'height over width' }),
    value: eraseValue({
      doc: 'levels before Normalize; random: every value uniform on 0..255; mean: what Normalize maps to 0',
    }),
  },
  randomWords: 43,
  promise: 'exact',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Erase'],
});
