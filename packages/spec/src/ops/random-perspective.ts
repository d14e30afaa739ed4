import { defineOp } from './define-op.js';
import { fill, probability, real } from './fields.js';
import { warpInterpolation } from './warp-fields.js';

export const RandomPerspective = defineOp({
  name: 'RandomPerspective',
  summary: 'Moves the corners inwards at random, with probability p.',
  formula:
    'out(x, y) = in((a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)), corners moved by 0..distortion_scale of half a side',
  fields: {
    distortion_scale: real({
      min: 0,
      max: 1,
      default: 0.5,
      doc: 'most that a corner moves, as a share of half a side',
    }),
    p: probability({ default: 0.5, doc: 'probability of warping' }),
    interpolation: warpInterpolation('bilinear'),
    fill: fill({ doc: 'colour outside, whole levels' }),
  },
  randomWords: 9,
  promise:
    'whole levels; equal to Pillow on u8 pixels but for values within 1e-9 of a level (off by 1 there)',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: false,
});
