import { defineOp } from './define-op.js';
import { probability } from './fields.js';
import { transforms } from './nested-fields.js';

export const RandomApply = defineOp({
  name: 'RandomApply',
  summary: 'Applies a list of ops with probability p, all of them or none.',
  formula: 'out = in when U >= p, else the ops in order',
  fields: {
    transforms: transforms({ doc: 'ops applied in order' }),
    p: probability({ default: 0.5, doc: 'probability of applying the list' }),
  },
  randomWords: 1,
  promise: 'that of the ops it holds; they draw from streams of their own, whether they are applied or not',
  kind: 'policy',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
