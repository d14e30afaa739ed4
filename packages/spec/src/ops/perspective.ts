import { defineOp } from './define-op.js';
import { fill } from './fields.js';
import { corners, warpInterpolation } from './warp-fields.js';

export const Perspective = defineOp({
  name: 'Perspective',
  summary: 'Moves four points of the picture to four others (torchvision functional perspective).',
  formula:
    'out(x, y) = in((a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)), the map that takes endpoints to startpoints',
  fields: {
    startpoints: corners({ doc: 'four points of the picture' }),
    endpoints: corners({ doc: 'where they go' }),
    interpolation: warpInterpolation('bilinear'),
    fill: fill({ doc: 'colour outside, whole levels' }),
  },
  randomWords: 0,
  promise:
    'whole levels; equal to Pillow on u8 pixels but for values within 1e-9 of a level (off by 1 there)',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: false,
  functional: true,
});
