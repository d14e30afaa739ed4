import { defineOp } from './define-op.js';
import { perChannel } from './fields.js';

export const Normalize = defineOp({
  name: 'Normalize',
  summary: 'Subtracts the mean and divides by the standard deviation, channel by channel.',
  formula: 'out = (in / 255 - mean) / std',
  fields: {
    mean: perChannel({ doc: 'one value a channel, of pictures scaled to 0..1' }),
    std: perChannel({ positive: true, doc: 'one value a channel, of pictures scaled to 0..1' }),
  },
  randomWords: 0,
  promise: 'f32: two roundings',
  kind: 'tail',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
