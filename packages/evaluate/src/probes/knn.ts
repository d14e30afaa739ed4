/** The weighted nearest-neighbour probe on frozen features (Wu et al., CVPR 2018; as DINO evaluates, Caron et al. 2021). */
import type { LabelledRows } from './logistic-regression.js';

export interface KnnOptions {
  readonly numClasses: number;
  /** Neighbours that vote; default 20, at most the rows there are. */
  readonly k?: number;
  /** A neighbour weighs exp(cosine / temperature); default 0.07. */
  readonly temperature?: number;
}

/** Rows of length 1; a row of zeros stays. */
function normalised(rows: Float32Array, width: number): Float32Array {
  const out = rows.slice();
  for (let from = 0; from < rows.length; from += width) {
    const row = out.subarray(from, from + width);
    const norm = Math.hypot(...row);
    if (norm > 0) for (let d = 0; d < width; d++) row[d] = (row[d] as number) / norm;
  }
  return out;
}

/** Positions of the `k` greatest values, greatest first; the earlier of equals. */
function greatest(values: Float64Array, k: number): number[] {
  const order = Array.from(values.keys()).sort(
    (a, b) => (values[b] as number) - (values[a] as number) || a - b,
  );
  return order.slice(0, k);
}

/** The class of each row of `rows` (f32 [M, width]) by its neighbours' vote; the lower class of equals. */
export function knn(train: LabelledRows, rows: Float32Array, options: KnnOptions): Uint32Array {
  const { width, labels } = train;
  const { numClasses, k = 20, temperature = 0.07 } = options;
  const known = normalised(train.rows, width);
  const asked = normalised(rows, width);
  const count = labels.length;
  const cosines = new Float64Array(count);
  return Uint32Array.from({ length: rows.length / width }, (_, m) => {
    for (let n = 0; n < count; n++) {
      let sum = 0;
      for (let d = 0; d < width; d++)
        sum += (known[n * width + d] as number) * (asked[m * width + d] as number);
      cosines[n] = sum;
    }
    const votes = new Float64Array(numClasses);
    for (const n of greatest(cosines, k)) {
      const label = labels[n] as number;
      votes[label] = (votes[label] as number) + Math.exp((cosines[n] as number) / temperature);
    }
    return votes.indexOf(Math.max(...votes));
  });
}
