import { defineBatchOp } from './define-batch-op.js';
import { alpha, mixMode, mixProbability } from './fields.js';

export const MixUp = defineBatchOp({
  name: 'MixUp',
  summary: 'Blends every picture with its partner, and their targets by the same lambda.',
  formula: 'out = lambda * own + (1 - lambda) * partner; target likewise',
  fields: { alpha: alpha(), p: mixProbability(), mode: mixMode() },
  promise: 'within 2^-22 of (|own| + |partner|)',
  source: 'Zhang et al., mixup, ICLR 2018; torchvision v2 MixUp; timm Mixup',
});
