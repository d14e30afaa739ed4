import { defineOp } from './define-op.js';
import { real } from './fields.js';

export const AdjustGamma = defineOp({
  name: 'AdjustGamma',
  summary: 'Gamma correction (torchvision functional adjust_gamma).',
  formula: 'out = min(255, floor(255.999 * gain * (round(in) / 255)^gamma))',
  fields: {
    gamma: real({ min: 0, max: 100, doc: 'exponent' }),
    gain: real({ default: 1, min: 0, max: 100, doc: 'factor of the result' }),
  },
  randomWords: 0,
  promise: 'equals Pillow on u8 values (values are rounded to whole levels first)',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Gamma'],
  functional: true,
});
