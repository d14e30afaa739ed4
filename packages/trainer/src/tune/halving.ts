/** Successive halving (Jamieson and Talwalkar, AISTATS 2016): many short trials, the better ones again for longer. */

/** Trials that run for the same number of epochs. */
export interface Rung {
  readonly epochs: number;
  /** Trials of this rung; the best of them enter the next. */
  readonly trials: number;
}

/**
 * The rungs for `trials` first trials and `epochs` in the last rung: each rung keeps one of `factor` trials and has
 * `factor` times the epochs. `random` search is the one rung of all trials.
 */
export function planRungs(
  algorithm: 'random' | 'halving',
  trials: number,
  epochs: number,
  factor: number,
): Rung[] {
  if (algorithm === 'random') return [{ epochs, trials }];
  const rungs: Rung[] = [];
  let left = trials;
  for (;;) {
    rungs.push({ epochs: 0, trials: left });
    if (left === 1) break;
    left = Math.max(1, Math.floor(left / factor));
  }
  return rungs.map((rung, i) => ({
    ...rung,
    epochs: Math.max(1, Math.round(epochs / factor ** (rungs.length - 1 - i))),
  }));
}

/** Positions of the `keep` best scores, best first; the earlier of equals. A trial that failed has the score -Infinity. */
export function survivors(scores: readonly number[], keep: number): number[] {
  const order = Array.from(scores.keys()).sort((a, b) =>
    scores[a] === scores[b] ? a - b : (scores[b] as number) - (scores[a] as number),
  );
  return order.slice(0, keep);
}
