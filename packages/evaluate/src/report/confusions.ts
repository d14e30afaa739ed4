import type { EvaluationResult } from '../evaluation/types.js';

/** How often one class was taken for another. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
  /** Of the true class's pictures, 0..1. */
  readonly share: number;
}

/** The off-diagonal cells of the matrix, the largest first; at most `most`. */
export function topConfusions(result: EvaluationResult, most: number): Confusion[] {
  const all = result.confusion.flatMap((row, r) =>
    row.flatMap((n, c) =>
      r === c || n === 0
        ? []
        : [
            {
              truth: result.labels[r] as string,
              predicted: result.labels[c] as string,
              count: n,
              share: n / (result.perClass[r]?.support ?? 1),
            },
          ],
    ),
  );
  return all.sort((a, b) => b.count - a.count || b.share - a.share).slice(0, most);
}
