/** Figures of every layer of one step, and what is wrong with them in words. */
import type { Tensors } from '@saker/core-native/autograd';

/** One trainable weight. */
export interface LayerFigures {
  readonly name: string;
  /** L2 norm before the step. */
  readonly weightNorm: number;
  /** L2 norm of the batch's gradient at the weights after the step, before clipping. */
  readonly gradNorm: number;
  /** L2 norm of the change that the step made, over `weightNorm`; null for a weight that is all zero. */
  readonly updateRatio: number | null;
}

/** A rectifier's units (channels, or entries of the last axis) and how many of them gave 0 for the whole batch. */
export interface UnitFigures {
  readonly node: string;
  readonly op: string;
  readonly units: number;
  readonly dead: number;
}

export type WarningKind =
  | 'vanishing'
  | 'exploding'
  | 'no-gradient'
  | 'update-large'
  | 'update-small'
  | 'dead-units';

export interface GradientWarning {
  readonly kind: WarningKind;
  /** The layer, or the run's name for all of them. */
  readonly layer: string;
  readonly message: string;
}

/** What a step is judged by beside its own figures. */
export interface StepFacts {
  /** Share of the peak rate that the schedule is at: small updates are meant to be small in a warm-up or at the end. */
  readonly rateShare: number;
  /** Global gradient norms of earlier steps, any number of them. */
  readonly earlierNorms: readonly number[];
  readonly gradNorm: number;
}

/**
 * A gradient per weight a thousand times smaller or greater in the first layers than in the last: Glorot and Bengio 2010
 * ask for the same variance in all of them, normalised networks are within a factor of some tens.
 */
const DEPTH_RATIO = 1e3;
/** A global norm this many times the median of the steps before: a cliff in the sense of Pascanu et al. 2013. */
const EXPLODED = 100;
/**
 * Updates relative to weights. About 1e-3 is usual (Karpathy, CS231n notes, Neural Networks Part 3); a tenth of a weight
 * in one step forgets what was learned, a millionth is lost in f32's rounding over a run.
 */
const UPDATE = { large: 0.1, small: 1e-6 };
/** Share of units that are silent for a whole batch; see Lu et al. 2019, Dying ReLU and Initialization. */
const DEAD = 0.5;
/** Depth is judged where there are this many weight matrices. */
const LEAST_DEPTH = 6;

/** L2 norm, summed in double precision. */
function norm(values: Float32Array): number {
  let sum = 0;
  for (const v of values) sum += v * v;
  return Math.sqrt(sum);
}

/** `before` and `after`: the weights around the step; weights without a gradient had no part in it. */
export function layerFigures(before: Tensors, after: Tensors, gradients: Tensors): LayerFigures[] {
  return Object.keys(after).flatMap((name) => {
    const [old, now, gradient] = [before[name]?.data, after[name]?.data, gradients[name]?.data];
    if (!old || !now || !gradient) return [];
    const weightNorm = norm(old);
    const change = now.map((v, i) => v - (old[i] as number));
    return [
      {
        name,
        weightNorm,
        gradNorm: norm(gradient),
        updateRatio: weightNorm > 0 ? norm(change) / weightNorm : null,
      },
    ];
  });
}

const number = (x: number): string => x.toPrecision(2);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Geometric mean of gradient norms, each over the root of its weight's size: what one weight gets. */
function perWeight(layers: readonly { readonly rms: number }[]): number {
  return Math.exp(layers.reduce((sum, { rms }) => sum + Math.log(rms), 0) / layers.length);
}

function depthWarnings(
  layers: readonly LayerFigures[],
  sizeOf: (name: string) => { readonly size: number; readonly rank: number },
): GradientWarning[] {
  const matrices = layers
    .map((layer) => ({ ...layer, ...sizeOf(layer.name) }))
    .filter(({ rank, gradNorm }) => rank > 1 && gradNorm > 0)
    .map(({ name, gradNorm, size }) => ({ name, rms: gradNorm / Math.sqrt(size) }));
  if (matrices.length < LEAST_DEPTH) return [];
  const third = Math.floor(matrices.length / 3);
  const first = matrices.slice(0, third);
  const last = matrices.slice(-third);
  const ratio = perWeight(first) / perWeight(last);
  const { name } = first[0]!;
  if (ratio < 1 / DEPTH_RATIO)
    return [
      {
        kind: 'vanishing',
        layer: name,
        message: `vanishing gradients: a weight of the first layers (${name} on) gets ${number(ratio)} of what one of the last layers gets; normalisation layers, residual connections or another initialisation help`,
      },
    ];
  if (ratio > DEPTH_RATIO)
    return [
      {
        kind: 'exploding',
        layer: name,
        message: `exploding gradients: a weight of the first layers (${name} on) gets ${number(ratio)} times what one of the last layers gets; lower --lr, or clip (--clip 1)`,
      },
    ];
  return [];
}

/** What is wrong, the whole network's troubles first. `sizeOf`: elements and dimensions of a weight. */
export function gradientWarnings(
  layers: readonly LayerFigures[],
  units: readonly UnitFigures[],
  facts: StepFacts,
  sizeOf: (name: string) => { readonly size: number; readonly rank: number },
): GradientWarning[] {
  const warnings: GradientWarning[] = [];
  const usual = median(facts.earlierNorms);
  if (facts.gradNorm > EXPLODED * usual)
    warnings.push({
      kind: 'exploding',
      layer: 'all',
      message: `exploding gradients: their norm is ${number(facts.gradNorm)}, ${number(facts.gradNorm / usual)} times the usual ${number(usual)}; lower --lr, or clip (--clip 1)`,
    });
  warnings.push(...depthWarnings(layers, sizeOf));
  for (const { name, gradNorm, updateRatio } of layers) {
    if (gradNorm === 0) {
      warnings.push({
        kind: 'no-gradient',
        layer: name,
        message: `${name} gets no gradient: nothing it does reaches the loss; a layer of dead units behind it is the usual cause`,
      });
    } else if (updateRatio !== null && updateRatio > UPDATE.large && sizeOf(name).rank > 1) {
      warnings.push({
        kind: 'update-large',
        layer: name,
        message: `one step changed ${name} by ${number(updateRatio * 100)} % of its norm (about 0.1 % is usual); lower --lr`,
      });
    } else if (
      updateRatio !== null &&
      updateRatio < UPDATE.small &&
      facts.rateShare > 0.5 &&
      sizeOf(name).rank > 1
    ) {
      warnings.push({
        kind: 'update-small',
        layer: name,
        message: `one step changed ${name} by only ${number(updateRatio * 100)} % of its norm (about 0.1 % is usual); raise --lr`,
      });
    }
  }
  for (const { node, units: total, dead } of units) {
    if (dead > DEAD * total)
      warnings.push({
        kind: 'dead-units',
        layer: node,
        message: `${dead} of ${total} units behind ${node} are 0 for every picture of the batch (dead); lower --lr, or start from other weights`,
      });
  }
  return warnings;
}
