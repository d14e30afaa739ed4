import { defineOp } from './define-op.js';
import { bool, interpolation, optionalInt, size } from './fields.js';

export const Resize = defineOp({
  name: 'Resize',
  summary: 'Resizes to [height, width], or the short side to one number with the aspect ratio kept.',
  formula:
    'out(y, x) = sum_k w_k * in(map(y, x) + k); filter support scaled by max(1, in/out) when antialias',
  fields: {
    size: size({ plain: 'short', doc: '[n]: short side; [h, w]: both sides' }),
    interpolation: interpolation(),
    max_size: optionalInt({ min: 1, max: 65_500, doc: 'upper bound of the long side; only with size [n]' }),
    antialias: bool({ default: true, doc: 'scale the filter support when shrinking' }),
  },
  randomWords: 0,
  promise: 'at most 1 u8 level from Pillow',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
