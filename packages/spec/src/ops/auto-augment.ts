import { defineOp } from './define-op.js';
import { choice, fill } from './fields.js';
import { warpInterpolation } from './warp-fields.js';

export const AutoAugment = defineOp({
  name: 'AutoAugment',
  summary: 'Applies one of 25 learned pairs of ops (AutoAugment).',
  formula:
    'pair uniform; each of its ops with its own probability, at its own strength of 10 steps (ranges as RandAugment), sign +- equally likely',
  fields: {
    policy: choice({
      values: ['imagenet', 'cifar10', 'svhn'],
      default: 'imagenet',
      doc: 'the data that the pairs were learned on',
    }),
    interpolation: warpInterpolation('nearest'),
    fill: fill({ doc: 'colour outside the picture' }),
  },
  randomWords: 5,
  promise: 'that of the ops it applies',
  kind: 'policy',
  devices: ['cpu', 'cuda'],
  fusable: false,
});
