// Figures over the rounds of a measurement.

export const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

export function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median absolute deviation. */
export const spread = (list) => median(list.map((value) => Math.abs(value - median(list))));

/** `median +- spread`, as reports have it. */
export const show = (list, digits = 2) =>
  `${median(list).toFixed(digits)} +- ${spread(list).toFixed(digits)}`;
