/** One guess. */
export interface Guess {
  readonly label: string;
  /** Index into the model's labels. */
  readonly index: number;
  /** Probability, 0..1. */
  readonly confidence: number;
}

/** Index of the greatest value; the lowest index among equals. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/** The classes of these indices, most probable first; equals by class index. */
export function guessesOf(
  probabilities_C: ArrayLike<number>,
  labels: readonly string[],
  indices: readonly number[],
): Guess[] {
  return indices
    .map((index) => ({ label: labels[index] as string, index, confidence: probabilities_C[index] as number }))
    .sort((a, b) => b.confidence - a.confidence || a.index - b.index);
}

/** The k most probable classes, most probable first; equals by class index. At most as many as there are labels. */
export function topK(probabilities_C: Float32Array, labels: readonly string[], k: number): Guess[] {
  const best: number[] = [];
  const value = (i: number) => probabilities_C[i] as number;
  // k is small: insertion into a short sorted list beats sorting a thousand classes.
  for (let c = 0; c < probabilities_C.length; c++) {
    if (best.length === k && !(value(c) > value(best[k - 1] as number))) continue;
    let at = best.length;
    while (at > 0 && value(c) > value(best[at - 1] as number)) at -= 1;
    best.splice(at, 0, c);
    if (best.length > k) best.pop();
  }
  return best.map((index) => ({ label: labels[index] as string, index, confidence: value(index) }));
}
