/** Reads learning rates off the curve of a range test. */

/** One step of the test. */
export interface LrPoint {
  readonly lr: number;
  readonly loss: number;
  /** Exponential mean of the losses so far, without the bias of its start. */
  readonly smoothed: number;
}

/** Rates by three rules of fastai's; null where the curve shows none (it never fell). */
export interface LrSuggestions {
  /** In the middle third of the longest valley: the one to take. */
  readonly valley: number | null;
  /** Where the loss falls fastest by the logarithm of the rate. */
  readonly steep: number | null;
  /** A tenth of the rate with the least loss. */
  readonly minimum: number | null;
}

/** The longest subsequence of falling losses, that which starts last among equals: a plateau is no part of the fall. */
function longestFall(losses: readonly number[]): { from: number; to: number; length: number } {
  const length = losses.map(() => 1);
  const from = losses.map((_, i) => i);
  let best = 0;
  for (let i = 1; i < losses.length; i++) {
    for (let j = 0; j < i; j++) {
      const longer = (length[j] as number) + 1;
      if ((losses[i] as number) < (losses[j] as number) && longer >= (length[i] as number)) {
        length[i] = longer;
        from[i] = from[j] as number;
      }
    }
    if ((length[i] as number) > (length[best] as number)) best = i;
  }
  return { from: from[best] ?? 0, to: best, length: length[best] ?? 0 };
}

/** Fewest points that make a valley. */
const LEAST_FALL = 5;
/** Share of the points at the start that are not looked at: there the smoothed loss is a mean of few. */
const START = 0.1;

/** Suggestions from the smoothed losses. */
export function suggestRates(all: readonly LrPoint[]): LrSuggestions {
  const points = all.slice(Math.floor(all.length * START));
  const losses = points.map((p) => p.smoothed);
  const fall = longestFall(losses);
  if (fall.length < LEAST_FALL) return { valley: null, steep: null, minimum: null };
  const lrAt = (i: number): number => (points[Math.round(i)] as LrPoint).lr;
  let steepest = 1;
  let least = 0;
  for (let i = 1; i < losses.length; i++) {
    const drop = (k: number): number => (losses[k] as number) - (losses[k - 1] as number);
    if (drop(i) < drop(steepest)) steepest = i;
    if ((losses[i] as number) < (losses[least] as number)) least = i;
  }
  return {
    valley: lrAt((fall.from + fall.to) / 2),
    steep: lrAt(steepest),
    minimum: lrAt(least) / 10,
  };
}
