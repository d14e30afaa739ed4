import { averagePrecision } from './average-precision.js';
import { binaryLogLoss } from './binary-log-loss.js';

/** One label's figures, 0..1 but for the counts. */
export interface LabelFigures {
  /** null when no picture has the label. */
  readonly averagePrecision: number | null;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Pictures that have the label, and those it was told of. */
  readonly support: number;
  readonly predicted: number;
}

export interface MultiLabelFigures {
  /** Mean average precision over the labels that occur; NaN when none does. */
  readonly mAP: number;
  readonly microF1: number;
  /** Mean F1 over all labels. */
  readonly macroF1: number;
  /** Share of pictures whose labels are all right. */
  readonly subsetAccuracy: number;
  /** Share of the decisions, one for each picture and label, that are wrong. */
  readonly hammingLoss: number;
  /** Binary cross-entropy in nats. */
  readonly logLoss: number;
  readonly perLabel: readonly LabelFigures[];
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * scikit-learn's figures of multi-label classification: `average_precision_score`, `precision_recall_fscore_support` and
 * `f1_score` (zero_division=0), `accuracy_score`, `hamming_loss`.
 * @param truth_NC 1 where a picture has a label, row after row. @param probabilities_NC the same for probabilities.
 * @param thresholds_C a label is told when its probability is not below its threshold.
 */
export function multiLabelFigures(
  truth_NC: ArrayLike<number>,
  probabilities_NC: ArrayLike<number>,
  thresholds_C: readonly number[],
): MultiLabelFigures {
  const labels = thresholds_C.length;
  const samples = truth_NC.length / labels;
  const exact = new Uint8Array(samples).fill(1);
  const sums = { hits: 0, support: 0, predicted: 0, wrong: 0 };
  const perLabel = thresholds_C.map((threshold, c): LabelFigures => {
    const truth = new Uint8Array(samples);
    const scores = new Float64Array(samples);
    let hits = 0;
    let predicted = 0;
    let support = 0;
    for (let i = 0; i < samples; i++) {
      const is = truth_NC[i * labels + c] === 1;
      const score = probabilities_NC[i * labels + c] as number;
      const told = score >= threshold;
      truth[i] = Number(is);
      scores[i] = score;
      support += Number(is);
      predicted += Number(told);
      hits += Number(is && told);
      if (is !== told) {
        exact[i] = 0;
        sums.wrong += 1;
      }
    }
    sums.hits += hits;
    sums.support += support;
    sums.predicted += predicted;
    return {
      averagePrecision: support === 0 ? null : averagePrecision(truth, scores),
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      support,
      predicted,
    };
  });
  const occurring = perLabel.flatMap(({ averagePrecision: ap }) => (ap === null ? [] : [ap]));
  return {
    mAP: occurring.reduce((a, b) => a + b, 0) / occurring.length,
    microF1: ratio(2 * sums.hits, sums.support + sums.predicted),
    macroF1: perLabel.reduce((sum, { f1 }) => sum + f1, 0) / labels,
    subsetAccuracy: exact.reduce((a, b) => a + b, 0) / samples,
    hammingLoss: sums.wrong / (samples * labels),
    logLoss: binaryLogLoss(truth_NC, probabilities_NC),
    perLabel,
  };
}
