import { defineOp } from './define-op.js';
import { fill, int } from './fields.js';
import { warpInterpolation } from './warp-fields.js';

export const RandAugment = defineOp({
  name: 'RandAugment',
  summary: 'Applies num_ops of 14 ops, drawn with replacement, at one strength (RandAugment).',
  formula:
    'm = magnitude of num_magnitude_bins steps from 0 to: shear 0.3, translate 150 / 331 of the side, rotate 30 degrees, enhance 1 +- 0.9, posterize 8 to 4 bits, solarize from 255 down to 0; sign +- equally likely',
  fields: {
    num_ops: int({ default: 2, min: 1, max: 8, doc: 'ops applied to a picture' }),
    magnitude: int({ default: 9, min: 0, max: 999, doc: 'strength, below num_magnitude_bins' }),
    num_magnitude_bins: int({ default: 31, min: 2, max: 1000, doc: 'steps of strength' }),
    interpolation: warpInterpolation('nearest'),
    fill: fill({ doc: 'colour outside the picture' }),
  },
  randomWords: 4,
  randomNote: '2 for each of num_ops',
  promise: 'that of the ops it applies',
  kind: 'policy',
  devices: ['cpu', 'cuda'],
  fusable: false,
  check: ({ magnitude, num_magnitude_bins: bins }) =>
    magnitude < bins
      ? null
      : { field: 'magnitude', detail: `expected below num_magnitude_bins ${bins}, received ${magnitude}` },
});
