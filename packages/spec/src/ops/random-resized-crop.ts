import { defineOp } from './define-op.js';
import { bool, interpolation, interval, size } from './fields.js';

export const RandomResizedCrop = defineOp({
  name: 'RandomResizedCrop',
  summary: 'Crops a random area and aspect ratio and resizes it.',
  formula: 'area = U(scale) * H * W, ratio = exp(U(log ratio)); ten tries, then the central crop',
  fields: {
    size: size({ plain: 'square', doc: '[h, w] of the result' }),
    scale: interval({ default: [0.08, 1], min: 0, max: 1, open: true, doc: 'share of the area' }),
    ratio: interval({ default: [3 / 4, 4 / 3], min: 0, max: 100, open: true, doc: 'width over height' }),
    interpolation: interpolation(),
    antialias: bool({ default: true, doc: 'scale the filter support when shrinking' }),
  },
  randomWords: 40,
  promise: 'at most 1 u8 level from Pillow for the same box',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
