import { defineOp } from './define-op.js';
import { fill, interval, probability } from './fields.js';

export const RandomZoomOut = defineOp({
  name: 'RandomZoomOut',
  summary: 'Puts the picture somewhere on a larger canvas with probability p (SSD).',
  formula: 'canvas = floor(r * [H, W]), r = U(side_range); left = floor(U * (W_canvas - W)), top likewise',
  fields: {
    fill: fill({ doc: 'colour of the canvas' }),
    side_range: interval({ default: [1, 4], min: 1, max: 64, doc: 'canvas side over picture side' }),
    p: probability({ default: 0.5, doc: 'probability of zooming out' }),
  },
  randomWords: 4,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
