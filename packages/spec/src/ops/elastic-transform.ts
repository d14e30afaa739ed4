import { defineOp } from './define-op.js';
import { fill } from './fields.js';
import { pairOrNumber, warpInterpolation } from './warp-fields.js';

export const ElasticTransform = defineOp({
  name: 'ElasticTransform',
  summary: 'Moves every pixel by smooth random offsets.',
  formula:
    'in at (x + a_x / 2 * G(u), y + a_y / 2 * G(v)); u, v uniform on -1..1 a pixel, G the Gaussian of sigma with int(8 sigma_x + 1) taps for x, of sigma_y for y, made odd; outside: fill',
  fields: {
    alpha: pairOrNumber({ default: 50, min: 0, max: 10_000, doc: 'strength [x, y], or one number for both' }),
    sigma: pairOrNumber({
      default: 5,
      min: 0,
      max: 30,
      doc: 'smoothness [x, y] in pixels, or one number for both',
    }),
    interpolation: {
      ...warpInterpolation('bilinear'),
      doc: 'how the picture is read between its pixels (bicubic a = -0.5)',
    },
    fill: fill({ doc: 'colour outside the picture' }),
  },
  randomWords: 2,
  promise:
    "at most 1 u8 level from torchvision's tensor kernel for the same offsets, away from the border; bicubic has a = -0.5",
  kind: 'geometry',
  devices: ['cpu'],
  fusable: false,
  steps: ['Elastic'],
});
