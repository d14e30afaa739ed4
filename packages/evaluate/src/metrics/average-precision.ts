/** Positives and negatives at each distinct score, the greatest first. */
export interface ScoreSteps {
  readonly scores: readonly number[];
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * Counts by score; equal scores are one step.
 * @param truth 1 where the class is there, length N. @param scores length N; NaN is not allowed.
 */
export function scoreSteps(truth: ArrayLike<number>, scores: ArrayLike<number>): ScoreSteps {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
  const steps = { scores: [] as number[], positives: [] as number[], negatives: [] as number[] };
  for (const i of order) {
    const score = scores[i] as number;
    if (steps.scores.at(-1) !== score) {
      steps.scores.push(score);
      steps.positives.push(0);
      steps.negatives.push(0);
    }
    const counts = truth[i] === 1 ? steps.positives : steps.negatives;
    counts[counts.length - 1] = (counts.at(-1) as number) + 1;
  }
  return steps;
}

/**
 * Average precision of one class, 0..1: the sum of precision over the steps of recall, without interpolation;
 * scikit-learn's `average_precision_score`. NaN without positives.
 * @param truth 1 where the class is there, length N. @param scores length N.
 */
export function averagePrecision(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, negatives } = scoreSteps(truth, scores);
  const total = positives.reduce((a, b) => a + b, 0);
  let hits = 0;
  let seen = 0;
  let sum = 0;
  positives.forEach((count, i) => {
    hits += count;
    seen += count + (negatives[i] as number);
    sum += (count / total) * (hits / seen);
  });
  return total === 0 ? Number.NaN : sum;
}
