import { defineOp } from './define-op.js';
import { fill, int } from './fields.js';
import { warpInterpolation } from './warp-fields.js';

export const TrivialAugmentWide = defineOp({
  name: 'TrivialAugmentWide',
  summary: 'Applies one of 14 ops at a random strength (TrivialAugment, wide space).',
  formula:
    'op uniform; strength m uniform on num_magnitude_bins steps from 0 to: shear 0.99, translate 32 px, rotate 135 degrees, enhance 1 +- 0.99, posterize 8 to 2 bits, solarize from 255 down to 0; sign +- equally likely',
  fields: {
    num_magnitude_bins: int({ default: 31, min: 2, max: 1000, doc: 'steps of strength' }),
    interpolation: warpInterpolation('nearest'),
    fill: fill({ doc: 'colour outside the picture' }),
  },
  randomWords: 3,
  promise: 'that of the op it applies',
  kind: 'policy',
  devices: ['cpu', 'cuda'],
  fusable: false,
});
