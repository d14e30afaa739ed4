import { defineOp } from './define-op.js';
import { probability } from './fields.js';

export const RandomVerticalFlip = defineOp({
  name: 'RandomVerticalFlip',
  summary: 'Mirrors the picture vertically with probability p.',
  formula: 'out(y, x) = in(H - 1 - y, x) with probability p',
  fields: { p: probability({ default: 0.5, doc: 'probability of the flip' }) },
  randomWords: 1,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
