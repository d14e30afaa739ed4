/** Multinomial logistic regression: the linear probe on frozen features, and the baseline of a run. */
import { softmaxInto } from '../predictor/softmax.js';
import { lbfgs } from './lbfgs.js';

/** Rows of features with their classes. */
export interface LabelledRows {
  /** f32 [N, width], row after row. */
  readonly rows: Float32Array;
  readonly width: number;
  /** Class of each row, 0 .. numClasses - 1. */
  readonly labels: ArrayLike<number>;
}

export interface LogisticRegressionOptions {
  readonly numClasses: number;
  /** Inverse strength of the L2 penalty on the standardised weights, as scikit-learn's C; default 1. */
  readonly c?: number;
  /** Default 100, scikit-learn's. */
  readonly maxIterations?: number;
}

/** A fitted model; `predict` gives the most probable class of each row. */
export interface LogisticRegression {
  readonly iterations: number;
  readonly converged: boolean;
  /** f64 [numClasses, width + 1] on standardised features, the bias last. */
  readonly weights: Float64Array;
  predict(rows: Float32Array): Uint32Array;
}

/** Largest component of the gradient of the summed loss at which fitting stops; scikit-learn's tol. */
const TOLERANCE = 1e-4;

interface Scaling {
  readonly mean: Float64Array;
  /** 1 / standard deviation; 1 for a constant feature. */
  readonly factor: Float64Array;
}

function scalingOf(rows: Float32Array, width: number): Scaling {
  const n = rows.length / width;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (let i = 0; i < rows.length; i++)
    mean[i % width] = (mean[i % width] as number) + (rows[i] as number) / n;
  for (let i = 0; i < rows.length; i++) {
    const d = (rows[i] as number) - (mean[i % width] as number);
    square[i % width] = (square[i % width] as number) + (d * d) / n;
  }
  return { mean, factor: square.map((v) => (v > 1e-24 ? 1 / Math.sqrt(v) : 1)) };
}

function standardise(rows: Float32Array, width: number, { mean, factor }: Scaling): Float32Array {
  return rows.map((v, i) => (v - (mean[i % width] as number)) * (factor[i % width] as number));
}

/** Scores [numClasses] of row `n`. */
function scoresInto(
  scores: Float64Array,
  weights: Float64Array,
  x: Float32Array,
  n: number,
  width: number,
): void {
  for (let k = 0; k < scores.length; k++) {
    const from = k * (width + 1);
    let sum = weights[from + width] as number;
    for (let d = 0; d < width; d++) sum += (weights[from + d] as number) * (x[n * width + d] as number);
    scores[k] = sum;
  }
}

/**
 * Fits on standardised features by L-BFGS: minimises C times the summed cross-entropy plus half the squared norm of the
 * weights (the bias is free), the objective of scikit-learn's LogisticRegression.
 */
export function logisticRegression(
  data: LabelledRows,
  options: LogisticRegressionOptions,
): LogisticRegression {
  const { width, labels } = data;
  const { numClasses, c = 1, maxIterations = 100 } = options;
  const scaling = scalingOf(data.rows, width);
  const x = standardise(data.rows, width, scaling);
  const count = labels.length;
  const weights = new Float64Array(numClasses * (width + 1));
  const scores = new Float64Array(numClasses);
  const shares = new Float64Array(numClasses);
  const objective = (w: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let n = 0; n < count; n++) {
      scoresInto(scores, w, x, n, width);
      softmaxInto(shares, scores);
      const label = labels[n] as number;
      loss -= Math.log(Math.max(shares[label] as number, Number.MIN_VALUE));
      for (let k = 0; k < numClasses; k++) {
        const pull = c * ((shares[k] as number) - (k === label ? 1 : 0));
        const from = k * (width + 1);
        for (let d = 0; d < width; d++)
          gradient[from + d] = (gradient[from + d] as number) + pull * (x[n * width + d] as number);
        gradient[from + width] = (gradient[from + width] as number) + pull;
      }
    }
    let penalty = 0;
    for (let i = 0; i < w.length; i++) {
      if (i % (width + 1) === width) continue;
      const v = w[i] as number;
      penalty += v * v;
      gradient[i] = (gradient[i] as number) + v;
    }
    return c * loss + penalty / 2;
  };
  const { iterations, converged } = lbfgs(objective, weights, { tolerance: TOLERANCE, maxIterations });
  return {
    iterations,
    converged,
    weights,
    predict(rows) {
      const scaled = standardise(rows, width, scaling);
      return Uint32Array.from({ length: rows.length / width }, (_, n) => {
        scoresInto(scores, weights, scaled, n, width);
        return scores.indexOf(Math.max(...scores));
      });
    },
  };
}
