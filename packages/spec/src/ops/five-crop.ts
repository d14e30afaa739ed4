import { defineOp } from './define-op.js';
import { size } from './fields.js';

export const FiveCrop = defineOp({
  name: 'FiveCrop',
  summary:
    'Five views of a picture: its top left, top right, bottom left and bottom right corner, and its centre.',
  formula: 'top, left in {0, H - h} x {0, W - w}; centre as CenterCrop',
  fields: { size: size({ plain: 'square', doc: '[h, w] of the crops; a smaller picture is an error' }) },
  randomWords: 0,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu'],
  fusable: true,
  views: 5,
});
