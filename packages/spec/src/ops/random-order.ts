import { defineOp } from './define-op.js';
import { transforms } from './nested-fields.js';

export const RandomOrder = defineOp({
  name: 'RandomOrder',
  summary: 'Applies every op of a list, in random order.',
  formula: 'all orders equally likely (Fisher-Yates)',
  fields: { transforms: transforms({ doc: 'ops applied in random order' }) },
  randomWords: 31,
  randomNote: 'one less than there are ops',
  promise: 'that of the ops it holds; an op keeps its own draws wherever it comes to stand',
  kind: 'policy',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
