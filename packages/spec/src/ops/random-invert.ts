import { defineOp } from './define-op.js';
import { probability } from './fields.js';

export const RandomInvert = defineOp({
  name: 'RandomInvert',
  summary: 'Inverts the colours with probability p.',
  formula: 'out = 255 - in with probability p',
  fields: {
    p: probability({ default: 0.5, doc: 'probability of inverting' }),
  },
  randomWords: 1,
  promise: 'exact',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Invert'],
});
