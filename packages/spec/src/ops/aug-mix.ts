import { defineOp } from './define-op.js';
import { bool, fill, int, real } from './fields.js';
import { warpInterpolation } from './warp-fields.js';

export const AugMix = defineOp({
  name: 'AugMix',
  summary: 'Blends the picture with chains of augmented copies of it (AugMix).',
  formula:
    'out = (1 - m) in + m sum_i w_i chain_i(in), m ~ Beta(alpha, alpha), w ~ Dirichlet(alpha); a chain is 1 to 3 ops (or chain_depth), each at a strength uniform on the first `severity` of 10 steps to: shear 0.3, translate 1 / 3 of the side, rotate 30 degrees, enhance 1 +- 0.9, posterize 4 to 0 bits, solarize from 255 down to 0',
  fields: {
    severity: int({ default: 3, min: 1, max: 10, doc: 'strength' }),
    mixture_width: int({ default: 3, min: 1, max: 8, doc: 'chains' }),
    chain_depth: int({ default: -1, min: -1, max: 8, doc: 'ops of a chain; -1 or 0: 1 to 3, drawn' }),
    alpha: real({ default: 1, min: 0, max: 1000, open: true, doc: 'evenness of the weights' }),
    all_ops: bool({ default: true, doc: 'brightness, colour, contrast and sharpness too' }),
    interpolation: warpInterpolation('bilinear'),
    fill: fill({ doc: 'colour outside the picture' }),
  },
  randomWords: 35,
  randomNote: '1 + 3 a step of every chain, then the weights: one each for alpha 1, else by rejection',
  promise: 'f32, not rounded between; torchvision truncates the blend, which is rounded here',
  kind: 'policy',
  devices: ['cpu'],
  fusable: false,
  steps: ['MixStart', 'MixAdd'],
});
