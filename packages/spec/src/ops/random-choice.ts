import { defineOp } from './define-op.js';
import { transforms, weights } from './nested-fields.js';

export const RandomChoice = defineOp({
  name: 'RandomChoice',
  summary: 'Applies one op of a list, drawn with probabilities p.',
  formula: 'op k with probability p_k / sum p; all alike when p is null',
  fields: {
    transforms: transforms({ doc: 'ops of which one is applied' }),
    p: weights({ doc: 'weight of each op; they need not sum to 1' }),
  },
  randomWords: 1,
  promise: 'that of the ops it holds',
  kind: 'policy',
  devices: ['cpu', 'cuda'],
  fusable: true,
  check: ({ transforms, p }) =>
    p === null || p.length === transforms.length
      ? null
      : {
          field: 'p',
          detail: `expected ${transforms.length} numbers, one for each op, received ${p.length}`,
        },
});
