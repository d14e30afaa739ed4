/** Types of the autograd engine's public face. */
import type { OPTIMIZERS, SakerError } from '@saker/spec';
import type { GroupStep } from './group.js';

/** f32 values, row-major, with their shape. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export type Tensors = Record<string, Tensor>;

/** Types of mixed precision; 'off' is f32 throughout. */
export type AmpMode = 'off' | 'bf16' | 'fp16';

/** Where tensors lie, by torch's names: `cuda` is the first CUDA device. */
export type Device = 'cpu' | 'cuda' | `cuda:${number}`;

export interface ModelOptions {
  /**
   * Where the model lives and computes; default 'cpu'. What is handed out (tensors, losses) is on the host, and so may be what
   * is handed in: another device may go on from what one has written. Batches in the memory of that device are taken without a
   * copy, host memory is copied there. A CUDA device needs a CUDA build of libtorch: E_CUDA_NOT_BUILT, E_CUDA_NO_DEVICE.
   */
  readonly device?: Device;
  /** Intra-op threads of libtorch; default: libtorch's own choice. */
  readonly threads?: number;
  /** Keep 4-D activations in channels-last memory. 'auto' (default): on for graphs with Conv and a 4-D input. */
  readonly channelsLast?: 'auto' | boolean;
  /**
   * Mixed precision of training steps: matrix products and convolutions in that type, weights, normalisation and the loss in
   * f32. Default 'off'. 'fp16' scales the loss, and needs a CUDA device: E_ENGINE_ARGUMENT on the CPU.
   */
  readonly amp?: AmpMode;
  /** Training steps keep about sqrt(n) of n activations and compute the others again for the gradients; same gradients. */
  readonly gradientCheckpointing?: boolean;
  /**
   * Stochastic depth (Huang et al. 2016): drop rate in [0, 1) by the name of a residual branch's value, as
   * `residualBranches` of @saker/graph lists them. Training steps only; the graph stays as it is.
   */
  readonly stochasticDepth?: Readonly<Record<string, number>>;
  /** Everything in f64: for checks of the engine, not for speed. Tensors are still handed out in f32. */
  readonly doublePrecision?: boolean;
}

/** An initializer that the engine treats as a weight or a running statistic. */
export interface ParameterInfo {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: 'f32';
  readonly trainable: boolean;
  /** A BatchNormalization running statistic: stored with the model, never optimised. */
  readonly isBuffer: boolean;
}

/** What the engine needs of a loader Batch. `shape` is [N,C,H,W], or [N,H,W,C] with layout 'NHWC'. */
export interface BatchLike {
  readonly data: Float32Array | Uint8Array | Uint16Array;
  readonly shape: readonly number[];
  readonly layout?: 'NCHW' | 'NHWC';
  readonly labels: Int32Array;
  /** Soft targets [N,K] of a loader that mixes. */
  readonly targets?: Float32Array;
  readonly statuses?: readonly (SakerError | null)[];
  /** An N-API External with a DLPack capsule that keeps the slot leased until libtorch lets go. */
  toDLPack?(): unknown;
}

export interface StepInput {
  /** A loader Batch (adopted through DLPack), a DLPack capsule, or f32 values with `shape`. */
  readonly input: BatchLike | Float32Array | object;
  readonly shape?: readonly number[];
  readonly layout?: 'NCHW' | 'NHWC';
  /** Class indices [N]; default: the batch's own. */
  readonly labels?: Int32Array;
  /**
   * Soft targets [N,K] row-major, used instead of labels: probabilities that sum to 1 in each row. A prediction is
   * correct when its greatest logit stands where the greatest target does. Default: the batch's own, unless labels are
   * given.
   */
  readonly targets?: Float32Array;
  /** [N]; 0 leaves an item out of loss, count and gradients. Default: the batch's failed items are left out. */
  readonly mask?: Uint8Array;
}

export interface LossOptions {
  /** Label smoothing in [0, 1): the target is (1 - s) target + s / K, one-hot or soft. Default 0. */
  readonly labelSmoothing?: number;
}

export interface TrainOptions extends LossOptions {
  /** Learning rate per optimiser group; default: each group's `lr`. */
  readonly lrs?: readonly number[];
  /** Largest global L2 norm of the gradients; default: no clipping. At most one of the three clippings. */
  readonly clipGradNorm?: number;
  /** Largest magnitude of a gradient value. */
  readonly clipGradValue?: number;
  /** Adaptive clipping (Brock et al. 2021): the gradient of a unit, at most this share of its weight norm. */
  readonly clipGradAgc?: number;
  /**
   * False adds this batch's gradients up for the update of a later step, which then has the mean over the items of all
   * of them; running statistics follow batch by batch. A batch that diverges drops what was added up. In a group of processes such
   * a step sends no gradients; every rank says the same. Default true.
   */
  readonly update?: boolean;
  /** With `step`, the key of Dropout masks. Integers below 2^53; default 0. */
  readonly seed?: number;
  readonly step?: number;
}

/** How a step's loss was scaled, by the rules of torch.cuda.amp.GradScaler with its defaults. */
export interface LossScaling {
  /** What the next step's loss is multiplied by. */
  readonly scale: number;
  /** The gradients were not finite: nothing was updated, and the scale is half of what it was. */
  readonly skipped: boolean;
}

export interface TrainResult {
  /** Mean cross-entropy over counted items, before the update. */
  readonly loss: number;
  readonly correct: number;
  /** Items that counted. 0: nothing was updated. */
  readonly count: number;
  /** Global L2 norm of the gradients before clipping; not finite in a step that was left out. */
  readonly gradNorm: number;
  /** Of a step with amp 'fp16' that came to its update. */
  readonly scaling?: LossScaling;
  /** In a group of processes: what the ranks did together; not of a step without update. */
  readonly group?: GroupStep;
}

export interface EvalResult {
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
  /** softmax of the logits, [N,K] row-major, for every item including masked ones. */
  readonly probabilities: Float32Array;
}

export interface Gradients {
  readonly loss: number;
  readonly gradients: Tensors;
}

/** Name of an optimiser. */
export type OptimizerType = (typeof OPTIMIZERS)[number];

export interface OptimizerGroup {
  readonly params: readonly string[];
  readonly lr: number;
  readonly weightDecay?: number;
  /** False keeps adaptive gradient clipping away from these weights, as is usual for the classifier; default true. */
  readonly clipAdaptive?: boolean;
}

/**
 * An optimiser with its parameter groups; arithmetic as torch.optim's single-tensor path. `sgd`: Sutskever et al. 2013 in
 * PyTorch's form. `adam`: Kingma and Ba 2015, weight decay in the gradient. `adamw`: Loshchilov and Hutter 2019.
 * `rmsprop`: Tieleman and Hinton 2012. `lamb`: You et al. 2020; weights without weight decay keep the plain rate, as in
 * timm. `lion`: Chen et al. 2023.
 */
export interface OptimizerConfig {
  readonly type: OptimizerType;
  /** SGD and RMSprop; default 0. */
  readonly momentum?: number;
  /** SGD; needs a momentum. */
  readonly nesterov?: boolean;
  /** Adam, AdamW, LAMB: default [0.9, 0.999]; Lion: default [0.9, 0.99]. */
  readonly betas?: readonly [number, number];
  /** All but SGD and Lion; default 1e-8, LAMB 1e-6. */
  readonly eps?: number;
  /** RMSprop: decay of the squared average; default 0.99. */
  readonly alpha?: number;
  /** RMSprop: divide by the variance rather than by the second moment; default false. */
  readonly centered?: boolean;
  readonly groups: readonly OptimizerGroup[];
}
