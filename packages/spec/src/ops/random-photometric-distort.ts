import { defineOp } from './define-op.js';
import { interval, probability } from './fields.js';

export const RandomPhotometricDistort = defineOp({
  name: 'RandomPhotometricDistort',
  summary:
    'Changes brightness, contrast, saturation, hue and the order of the channels, each with probability p.',
  formula:
    'ColorJitter steps: brightness, contrast or not yet, saturation, hue, contrast if not yet; then perm',
  fields: {
    brightness: interval({ default: [0.875, 1.125], min: 0, max: 100, doc: 'factor range' }),
    contrast: interval({ default: [0.5, 1.5], min: 0, max: 100, doc: 'factor range' }),
    saturation: interval({ default: [0.5, 1.5], min: 0, max: 100, doc: 'factor range' }),
    hue: interval({ default: [-0.05, 0.05], min: -0.5, max: 0.5, doc: 'turn, as a share of the circle' }),
    p: probability({ default: 0.5, doc: 'probability of each of the five' }),
  },
  randomWords: 12,
  promise: 'as ColorJitter',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
});
