import { defineOp } from './define-op.js';

export const HorizontalFlipViews = defineOp({
  name: 'HorizontalFlipViews',
  summary: 'Two views of a picture: itself and its mirror image.',
  formula: 'x, flip(x)',
  fields: {},
  randomWords: 0,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu'],
  fusable: true,
  views: 2,
});
