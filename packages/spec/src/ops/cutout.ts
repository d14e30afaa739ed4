import { defineOp } from './define-op.js';
import { eraseValue, int, probability } from './fields.js';

export const Cutout = defineOp({
  name: 'Cutout',
  summary: 'Fills squares of a fixed size at random places (DeVries and Taylor).',
  formula: 'centre uniform over all pixels, box = centre - length / 2 .. + length, cut off at the borders',
  fields: {
    n_holes: int({ default: 1, min: 1, max: 8, doc: 'squares' }),
    length: int({ min: 1, max: 65_500, doc: 'side of a square in pixels' }),
    value: eraseValue({
      doc: 'levels before Normalize; random: every value uniform on 0..255; mean: what Normalize maps to 0, as the paper',
    }),
    p: probability({ default: 1, doc: 'probability of filling any' }),
  },
  randomWords: 19,
  promise: 'exact',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
