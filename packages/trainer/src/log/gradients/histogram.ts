import type { Histogram } from '../tensorboard/values.js';

const BINS = 64;

/** Counts in 64 intervals of equal width; null where a value is not finite or there is none. */
export function histogramOf(values: Float32Array): Histogram | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let sumSquares = 0;
  for (const v of values) {
    if (v < min) min = v;
    if (v > max) max = v;
    sum += v;
    sumSquares += v * v;
  }
  if (!Number.isFinite(sumSquares) || values.length === 0) return null;
  const bins = min === max ? 1 : BINS;
  const counts = new Array<number>(bins).fill(0);
  const scale = min === max ? 0 : bins / (max - min);
  for (const v of values) {
    const bin = Math.min(bins - 1, Math.floor((v - min) * scale));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { min, max, count: values.length, sum, sumSquares, counts };
}
