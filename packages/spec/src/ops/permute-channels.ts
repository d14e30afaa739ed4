import { defineOp } from './define-op.js';
import { permutation } from './fields.js';

export const PermuteChannels = defineOp({
  name: 'PermuteChannels',
  summary: 'Puts the three channels in a given order (torchvision functional permute_channels).',
  formula: 'out[c] = in[permutation[c]]',
  fields: {
    permutation: permutation({ doc: 'where each channel comes from' }),
  },
  randomWords: 0,
  promise: 'exact',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Permute'],
  functional: true,
});
