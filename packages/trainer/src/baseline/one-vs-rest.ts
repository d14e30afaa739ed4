/** Logistic regression of each label by itself, for tasks that judge by scores and not by one answer. */
import { logisticRegression } from '@saker/evaluate';

/** Rows of features, f32 [N, width] row after row. */
export interface FeatureRows {
  readonly rows: Float32Array;
  readonly width: number;
}

interface Scaling {
  readonly mean: Float64Array;
  /** 1 / standard deviation; 1 for a constant feature. */
  readonly factor: Float64Array;
}

function scalingOf({ rows, width }: FeatureRows): Scaling {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  const factor = new Float64Array(width);
  for (let d = 0; d < width; d++) {
    let sum = 0;
    for (let i = d; i < rows.length; i += width) sum += rows[i] as number;
    const centre = sum / count;
    let squares = 0;
    for (let i = d; i < rows.length; i += width) squares += ((rows[i] as number) - centre) ** 2;
    mean[d] = centre;
    factor[d] = squares > 0 ? Math.sqrt(count / squares) : 1;
  }
  return { mean, factor };
}

function standardise({ rows, width }: FeatureRows, { mean, factor }: Scaling): Float32Array {
  const out = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i += width)
    for (let d = 0; d < width; d++)
      out[i + d] = ((rows[i + d] as number) - (mean[d] as number)) * (factor[d] as number);
  return out;
}

/**
 * Probabilities f32 [labels] of each asked row, fitted as scikit-learn's OneVsRestClassifier(LogisticRegression(C=1)) does
 * on standardised features.
 *
 * A softmax over "without" and "with" whose two rows of weights are penalised is the sigmoid of their difference v; the
 * penalty is least when they are -v/2 and v/2, where it is half of a sigmoid's own, |v|^2 / 2. Half of C makes up for that.
 * @param has_LN for each label, 1 where a known row has it.
 */
export function oneVsRest(
  known: FeatureRows,
  has_LN: readonly Uint8Array[],
  asked: FeatureRows,
  { maxIterations }: { readonly maxIterations: number },
): Float32Array[] {
  const { width } = known;
  const scaling = scalingOf(known);
  const rows = standardise(known, scaling);
  const x = standardise(asked, scaling);
  const out = Array.from({ length: x.length / width }, () => new Float32Array(has_LN.length));
  has_LN.forEach((labels, l) => {
    const { weights } = logisticRegression({ rows, width, labels }, { numClasses: 2, c: 0.5, maxIterations });
    const score = (n: number): number => {
      let sum = (weights[2 * width + 1] as number) - (weights[width] as number);
      for (let d = 0; d < width; d++)
        sum += ((weights[width + 1 + d] as number) - (weights[d] as number)) * (x[n * width + d] as number);
      return sum;
    };
    out.forEach((row, n) => {
      row[l] = 1 / (1 + Math.exp(-score(n)));
    });
  });
  return out;
}
