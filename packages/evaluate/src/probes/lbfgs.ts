/** L-BFGS for smooth convex functions (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.5). */

/** A function's value at `x`; writes its gradient. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  /** Stops when no component of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

export interface LbfgsResult {
  readonly value: number;
  readonly iterations: number;
  /** False when the iterations ran out first. */
  readonly converged: boolean;
}

/** Pairs of steps and gradient changes that stand for the curvature. */
const MEMORY = 10;
/** A step must bring this share of what the slope promises (Armijo). */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 30;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** `to += factor * from`. */
function axpy(to: Float64Array, factor: number, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (from[i] as number);
}

const largest = (a: Float64Array): number => a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

/** The two-loop recursion: minus the inverse curvature times the gradient. */
function direction(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const d = gradient.map((v) => -v);
  const alphas = new Array<number>(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, rho } = pairs[k] as Pair;
    alphas[k] = rho * dot(step, d);
    axpy(d, -(alphas[k] as number), change);
  }
  const newest = pairs.at(-1);
  if (newest) {
    const scale = 1 / (newest.rho * dot(newest.change, newest.change));
    for (let i = 0; i < d.length; i++) d[i] = (d[i] as number) * scale;
  }
  pairs.forEach(({ step, change, rho }, k) => {
    axpy(d, (alphas[k] as number) - rho * dot(change, d), step);
  });
  return d;
}

/** Minimises `objective` from `x`, in place. */
export function lbfgs(objective: Objective, x: Float64Array, options: LbfgsOptions): LbfgsResult {
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const pairs: Pair[] = [];
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (largest(gradient) <= options.tolerance) return { value, iterations: iteration, converged: true };
    const d = direction(gradient, pairs);
    const slope = dot(d, gradient);
    let length = pairs.length === 0 ? 1 / Math.max(1, Math.sqrt(-slope)) : 1;
    const next = new Float64Array(x.length);
    const nextGradient = new Float64Array(x.length);
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      next.set(x);
      axpy(next, length, d);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + SUFFICIENT * length * slope) break;
      nextValue = Number.POSITIVE_INFINITY;
    }
    // No step lowers the value any more: as close as floating point gets.
    if (nextValue === Number.POSITIVE_INFINITY) return { value, iterations: iteration, converged: true };
    const step = next.map((v, i) => v - (x[i] as number));
    const change = nextGradient.map((v, i) => v - (gradient[i] as number));
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      pairs.push({ step, change, rho: 1 / curvature });
      if (pairs.length > MEMORY) pairs.shift();
    }
    x.set(next);
    gradient = nextGradient;
    value = nextValue;
  }
  return { value, iterations: options.maxIterations, converged: false };
}
