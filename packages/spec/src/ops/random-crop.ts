import { defineOp } from './define-op.js';
import { bool, fill, optionalPadding, paddingMode, size } from './fields.js';

export const RandomCrop = defineOp({
  name: 'RandomCrop',
  summary: 'Pads when asked, then crops at a random place.',
  formula: 'top ~ U{0..H-h}, left ~ U{0..W-w}',
  fields: {
    size: size({ plain: 'square', doc: '[h, w] of the crop' }),
    padding: optionalPadding({ doc: '[left, top, right, bottom] added first' }),
    pad_if_needed: bool({ default: false, doc: 'pad a picture that is smaller than the crop' }),
    fill: fill({ doc: 'border colour for padding_mode constant' }),
    padding_mode: paddingMode(),
  },
  randomWords: 2,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
