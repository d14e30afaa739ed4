import { defineOp } from './define-op.js';
import { bool, real } from './fields.js';

export const GaussianNoise = defineOp({
  name: 'GaussianNoise',
  summary: 'Adds Gaussian noise to every value.',
  formula: 'out = clamp(in + 255 * (mean + sigma * z)), z normal, its own for every pixel and channel',
  fields: {
    mean: real({ default: 0, min: -1, max: 1, doc: 'mean of the noise, of pictures scaled to 0..1' }),
    sigma: real({ default: 0.1, min: 0, max: 10, doc: 'its standard deviation, on the same scale' }),
    clip: bool({
      default: true,
      doc: 'clamp to the range of a picture; false is refused, as values stay in it',
    }),
  },
  randomWords: 2,
  promise:
    'Box-Muller on Philox words in f32: at most 0.001 sigma from the exact transform of the same words',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Noise'],
});
