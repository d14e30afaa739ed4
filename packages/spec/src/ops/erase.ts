import { defineOp } from './define-op.js';
import { eraseValue, int } from './fields.js';

const place = (doc: string) => int({ min: 0, max: 65_500, doc });

export const Erase = defineOp({
  name: 'Erase',
  summary: 'Fills a given box (torchvision functional erase).',
  formula: 'out = value inside in[top .. top + height, left .. left + width], cut off at the borders',
  fields: {
    top: place('first row of the box'),
    left: place('first column of the box'),
    height: place('rows of the box'),
    width: place('columns of the box'),
    value: eraseValue({
      doc: 'levels before Normalize; random: every value uniform on 0..255; mean: what Normalize maps to 0',
    }),
  },
  randomWords: 2,
  promise: 'exact',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  functional: true,
});
