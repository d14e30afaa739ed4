import { defineOp } from './define-op.js';
import { interval, kernelSize, real } from './fields.js';

export const ThreeAugment = defineOp({
  name: 'ThreeAugment',
  summary: 'Grey, solarized or blurred, equally likely (3-Augment of DeiT III).',
  formula: 'one of Grayscale(3), Solarize(threshold), GaussianBlur(kernel_size, U(sigma))',
  fields: {
    threshold: real({ default: 128, min: 0, max: 256, doc: 'levels from here on are inverted' }),
    kernel_size: kernelSize({
      max: 255,
      doc: '[kx, ky] taps of the blur, or one number for both',
      default: 13,
    }),
    sigma: interval({
      default: [0.1, 2],
      min: 0,
      max: 1000,
      open: true,
      doc: 'standard deviation of the blur in pixels',
    }),
  },
  randomWords: 2,
  promise:
    "that of the op it applies; the blur is a true Gaussian where DeiT's is Pillow's box approximation",
  kind: 'policy',
  devices: ['cpu', 'cuda'],
  fusable: false,
});
