import { defineOp } from './define-op.js';
import { fill, real } from './fields.js';
import { angle, optionalPair, pair, warpInterpolation } from './warp-fields.js';

export const Affine = defineOp({
  name: 'Affine',
  summary: 'Rotates (clockwise), moves, scales and shears (torchvision functional affine).',
  formula:
    'out(x, y) = in(C S^-1 C^-1 T^-1 (x, y)), S = R(angle) scale ShearY ShearX, C the centre, T the translation',
  fields: {
    angle: angle({ bound: 3600, doc: 'degrees' }),
    translate: pair({ min: -65_500, max: 65_500, default: [0, 0], doc: '[x, y] in pixels' }),
    scale: real({ min: 0, max: 100, open: true, default: 1, doc: 'scale' }),
    shear: pair({ min: -89, max: 89, default: [0, 0], doc: '[x, y] in degrees' }),
    interpolation: warpInterpolation('nearest'),
    fill: fill({ doc: 'colour outside, whole levels' }),
    center: optionalPair({
      min: -65_500,
      max: 65_500,
      doc: '[x, y] in pixels from the top left; null: the middle',
    }),
  },
  randomWords: 0,
  promise:
    'whole levels; equal to Pillow on u8 pixels but for values within 1e-9 of a level (off by 1 there)',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: false,
  functional: true,
});
