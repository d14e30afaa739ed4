import { defineOp } from './define-op.js';
import { probability } from './fields.js';

export const RandomGrayscale = defineOp({
  name: 'RandomGrayscale',
  summary: 'Turns the picture grey with probability p; three equal channels remain.',
  formula: 'L = 0.299 R + 0.587 G + 0.114 B with probability p',
  fields: {
    p: probability({ default: 0.1, doc: 'probability of turning grey' }),
  },
  randomWords: 1,
  promise: 'at most 1 u8 level from Pillow',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
