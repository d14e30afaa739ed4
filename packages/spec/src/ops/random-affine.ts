import { defineOp } from './define-op.js';
import { fill } from './fields.js';
import { degrees, optionalPair, optionalScale, optionalShear, warpInterpolation } from './warp-fields.js';

export const RandomAffine = defineOp({
  name: 'RandomAffine',
  summary: 'Rotates (clockwise), moves, scales and shears at random.',
  formula:
    'out(x, y) = in(C S^-1 C^-1 T^-1 (x, y)), S = R(angle) scale ShearY ShearX, C the centre, T the translation',
  fields: {
    degrees: degrees({ bound: 3600, doc: 'range of the angle' }),
    translate: optionalPair({ min: 0, max: 1, doc: 'most of a translation, as shares of width and height' }),
    scale: optionalScale({ max: 100, doc: 'range of the scale' }),
    shear: optionalShear({
      bound: 89,
      doc: '[x0, x1, y0, y1] in degrees; [a, b]: along x; v: [-v, v] along x',
    }),
    interpolation: warpInterpolation('nearest'),
    fill: fill({ doc: 'colour outside, whole levels' }),
    center: optionalPair({
      min: -65_500,
      max: 65_500,
      doc: '[x, y] in pixels from the top left; null: the middle',
    }),
  },
  randomWords: 6,
  promise:
    'whole levels; equal to Pillow on u8 pixels but for values within 1e-9 of a level (off by 1 there)',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: false,
});
