import { defineOp } from './define-op.js';
import { bool, int, interpolation, size } from './fields.js';

const place = (doc: string) => int({ min: -65_500, max: 65_500, doc });
const extent = (doc: string) => int({ min: 1, max: 65_500, doc });

export const ResizedCrop = defineOp({
  name: 'ResizedCrop',
  summary: 'Crops a given box and resizes it (torchvision functional resized_crop).',
  formula: 'Resize(size) of in[top .. top + height, left .. left + width]',
  fields: {
    top: place('first row of the box'),
    left: place('first column of the box'),
    height: extent('rows of the box'),
    width: extent('columns of the box'),
    size: size({ plain: 'square', doc: '[h, w] of the result' }),
    interpolation: interpolation(),
    antialias: bool({ default: true, doc: 'scale the filter support when shrinking' }),
  },
  randomWords: 0,
  promise: 'at most 1 u8 level from Pillow',
  kind: 'geometry',
  devices: ['cpu', 'cuda'],
  fusable: true,
  functional: true,
});
