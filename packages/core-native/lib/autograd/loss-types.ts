/** Types of the losses, and of learning from a teacher. */
import type { LOSSES } from '@saker/spec';

/** Name of a loss. */
export type LossType = (typeof LOSSES)[number];

/**
 * What a step is trained on. `cross-entropy`: softmax cross-entropy, arithmetic as torch.nn.functional.cross_entropy.
 * `bce`: binary cross-entropy of each logit, as binary_cross_entropy_with_logits. `focal`: Lin et al., Focal Loss for
 * Dense Object Detection, ICCV 2017, under a softmax or (activation `sigmoid`) for each logit, as torchvision's
 * sigmoid_focal_loss. `asymmetric`: Ridnik et al., Asymmetric Loss for Multi-Label Classification, ICCV 2021, for each
 * logit. Losses of logits are means over all N K of them; cross-entropy and softmax focal are means over the items, for
 * class indices weighted by `weights`.
 *
 * Under sigmoids targets are rows of 0..1, or class indices of a model with one logit that tells the second of two
 * classes; label smoothing s gives (1 - s) t + s / 2.
 */
export interface LossConfig {
  readonly type: LossType;
  /** `focal` only; cross-entropy has softmax, the others sigmoid. Default softmax. */
  readonly activation?: 'softmax' | 'sigmoid';
  /** One for each logit, default 1: class weights under a softmax, factors of the positive term under sigmoids. */
  readonly weights?: readonly number[];
  /** `focal`: power of 1 - p, from 0; default 2. */
  readonly gamma?: number;
  /** `focal` with sigmoids: weight of positives, 1 - alpha that of negatives, 0..1; default: neither. */
  readonly alpha?: number;
  /** `asymmetric`: powers of the positive and the negative term, from 0, and what is taken off p; default 0, 4, 0.05. */
  readonly gammaPos?: number;
  readonly gammaNeg?: number;
  readonly clip?: number;
}

/**
 * A frozen network to learn from: loss = (1 - alpha) task + alpha T^2 KL(teacher || student) at temperature T (Hinton et
 * al. 2015), plus featureWeight times the squared difference of the batch's row-normalised similarities (Tung and Mori,
 * Similarity-Preserving Knowledge Distillation, ICCV 2019), which takes features of any two widths.
 */
export interface TeacherConfig {
  /** Share of the divergence, 0..1; default 0.5. */
  readonly alpha?: number;
  /** Above 0; default 4. */
  readonly temperature?: number;
  /** From 0; default 0. Above 0 the names of both features are needed. */
  readonly featureWeight?: number;
  readonly studentFeature?: string;
  readonly teacherFeature?: string;
  /** The teacher's pixels from the student's, by channel: x * scale + bias. */
  readonly scale?: readonly number[];
  readonly bias?: readonly number[];
  /** Size of the teacher's input in pixels, to which the student's is resampled (bilinear); default: as it is. */
  readonly height?: number;
  readonly width?: number;
  /** The teacher's output for each of the student's classes; default: the same order. */
  readonly classes?: readonly number[];
  /** The teacher's graph ends in probabilities rather than logits. */
  readonly probabilities?: boolean;
}
