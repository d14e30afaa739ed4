import { defineOp } from './define-op.js';

export const RandomChannelPermutation = defineOp({
  name: 'RandomChannelPermutation',
  summary: 'Puts the three channels in random order.',
  formula: 'out[c] = in[perm[c]], perm uniform of 6',
  fields: {},
  randomWords: 2,
  promise: 'exact',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
