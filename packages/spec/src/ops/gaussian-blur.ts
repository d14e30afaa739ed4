import { defineOp } from './define-op.js';
import { intervalOrNumber, kernelSize } from './fields.js';

export const GaussianBlur = defineOp({
  name: 'GaussianBlur',
  summary: 'Blurs with a Gaussian of random width.',
  formula: 'w_k = exp(-k^2 / (2 sigma^2)), normalised, on both axes; sigma = U(sigma); border reflected',
  fields: {
    kernel_size: kernelSize({ max: 255, doc: '[kx, ky] taps, or one number for both' }),
    sigma: intervalOrNumber({
      default: [0.1, 2],
      min: 0,
      max: 1000,
      open: true,
      doc: 'standard deviation in pixels, [low, high] or one number',
    }),
  },
  randomWords: 1,
  promise: 'f32, not rounded before or between; at most 1 u8 level and a mean of 0.01 from torchvision',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: false,
  steps: ['Blur'],
});
