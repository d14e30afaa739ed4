import { bool } from '../ops/fields.js';
import { defineBatchOp } from './define-batch-op.js';
import { alpha, mixMode, mixProbability } from './fields.js';

export const CutMix = defineBatchOp({
  name: 'CutMix',
  summary:
    'Copies a box of the partner into every picture, and mixes their targets by the share of the area.',
  formula:
    'box of floor(W * sqrt(1 - lambda)) / 2 to each side of a centre uniform on the pixels, cut at the edges; target = lambda * own + (1 - lambda) * partner',
  fields: {
    alpha: alpha(),
    p: mixProbability(),
    mode: mixMode(),
    correct_lam: bool({
      default: true,
      doc: 'lambda of the targets is the share of the area that the box left; false: as drawn',
    }),
  },
  promise: 'exact',
  source: 'Yun et al., CutMix, ICCV 2019; torchvision v2 CutMix; timm Mixup',
});
