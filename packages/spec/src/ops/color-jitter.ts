import { defineOp } from './define-op.js';
import { jitter } from './fields.js';

export const ColorJitter = defineOp({
  name: 'ColorJitter',
  summary: 'Changes brightness, contrast, saturation and hue by random factors, in random order.',
  formula: 'blend(a, b, f) = clamp(f * a + (1 - f) * b): b = 0, mean luma, luma; hue turned in 8-bit HSV',
  fields: {
    brightness: jitter({ centre: 1, bound: 100, doc: 'factor range' }),
    contrast: jitter({ centre: 1, bound: 100, doc: 'factor range' }),
    saturation: jitter({ centre: 1, bound: 100, doc: 'factor range' }),
    hue: jitter({ centre: 0, bound: 0.5, doc: 'turn, as a share of the circle' }),
  },
  randomWords: 8,
  promise:
    'f32 intermediates; one step alone with a factor in 0..2: at most 1 u8 level from Pillow; hue equals Pillow on u8 values (8-bit HSV; values are rounded to whole levels first)',
  kind: 'colour',
  devices: ['cpu', 'cuda'],
  fusable: true,
  steps: ['Brightness', 'Contrast', 'Saturation', 'Hue'],
});
