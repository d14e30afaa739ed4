import { defineOp } from './define-op.js';
import { probability } from './fields.js';

export const RandomHorizontalFlip = defineOp({
  name: 'RandomHorizontalFlip',
  summary: 'Mirrors the picture horizontally with probability p.',
  formula: 'out(y, x) = in(y, W - 1 - x) with probability p',
  fields: { p: probability({ default: 0.5, doc: 'probability of the flip' }) },
  randomWords: 1,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
