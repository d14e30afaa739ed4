import { defineOp } from './define-op.js';
import { fill, padding, paddingMode } from './fields.js';

export const Pad = defineOp({
  name: 'Pad',
  summary: 'Adds a border.',
  formula: 'out(y, x) = in(y - top, x - left), outside by padding_mode',
  fields: {
    padding: padding({ doc: '[left, top, right, bottom]' }),
    fill: fill({ doc: 'border colour for padding_mode constant' }),
    padding_mode: paddingMode(),
  },
  randomWords: 0,
  promise: 'exact',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
