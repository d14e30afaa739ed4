import { defineOp } from './define-op.js';
import { bool, fill } from './fields.js';
import { degrees, optionalPair, warpInterpolation } from './warp-fields.js';

export const RandomRotation = defineOp({
  name: 'RandomRotation',
  summary: 'Rotates by a random angle, counter-clockwise.',
  formula: 'out(x, y) = in(R(-angle) ((x, y) - c) + c), angle ~ U(degrees)',
  fields: {
    degrees: degrees({ bound: 3600, doc: 'range of the angle' }),
    interpolation: warpInterpolation('nearest'),
    expand: bool({ default: false, doc: 'make room for the whole picture' }),
    center: optionalPair({
      min: -65_500,
      max: 65_500,
      doc: '[x, y] in pixels from the top left; null: the middle',
    }),
    fill: fill({ doc: 'colour outside, whole levels' }),
  },
  randomWords: 1,
  promise:
    'whole levels; equal to Pillow on u8 pixels but for values within 1e-9 of a level (off by 1 there)',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: false,
});
