import { defineOp } from './define-op.js';
import { size } from './fields.js';

export const CenterCrop = defineOp({
  name: 'CenterCrop',
  summary: 'Crops the centre; a picture smaller than the crop is padded with zeros.',
  formula: 'top = round((H - h) / 2), left = round((W - w) / 2), ties to even',
  fields: { size: size({ plain: 'square', doc: '[h, w] of the crop' }) },
  randomWords: 0,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
