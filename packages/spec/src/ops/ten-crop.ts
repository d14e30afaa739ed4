import { defineOp } from './define-op.js';
import { bool, size } from './fields.js';

export const TenCrop = defineOp({
  name: 'TenCrop',
  summary: 'Ten views of a picture: the five of FiveCrop, then those of its mirror image.',
  formula: 'FiveCrop(x), FiveCrop(flip(x))',
  fields: {
    size: size({ plain: 'square', doc: '[h, w] of the crops; a smaller picture is an error' }),
    vertical_flip: bool({ default: false, doc: 'mirror top and bottom instead of left and right' }),
  },
  randomWords: 0,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu'],
  fusable: true,
  views: 10,
});
