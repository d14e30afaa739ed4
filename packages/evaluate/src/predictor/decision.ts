/** From a graph's scores to probabilities, and from probabilities to the labels that are told. */
import { type ModelMetadata, outputWidth } from '@saker/spec/light';
import { softmaxInto } from './softmax.js';
import { argMax } from './top-k.js';

/** What a model's task makes of its scores. */
export interface Decision {
  /** Scores that the graph gives for one picture. */
  readonly width: number;
  /** Scores of one row into probabilities of the labels; of a binary model those of the negative and the positive class. */
  readonly toProbabilities: (probabilities_C: Float32Array, scores_W: ArrayLike<number>) => void;
  /** Scores with a column for each label: of a binary model 0 and z, whose softmax is its sigmoid, or 1 - p and p. */
  readonly columns: (scores: Float32Array) => Float32Array;
  /** Indices of the labels that are told: one, none of a model that abstains, of a multi-label one any number, in label order. */
  readonly decide: (probabilities_C: ArrayLike<number>) => number[];
}

const DEFAULT_THRESHOLD = 0.5;

/** 1 / (1 + e^-x) in float64, without overflow. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** The thresholds of a model's labels; of a binary model that of its positive class. */
export function thresholdsOf({ task, labels, thresholds }: ModelMetadata): readonly number[] {
  return thresholds ?? new Array<number>(outputWidth(task, labels.length)).fill(DEFAULT_THRESHOLD);
}

/** How a model of this metadata decides. */
export function decisionOf(metadata: ModelMetadata): Decision {
  const { task, labels, output, abstain } = metadata;
  const width = outputWidth(task, labels.length);
  const given = output === 'probabilities';
  const thresholds = thresholdsOf(metadata);
  if (task === 'single-label')
    return {
      width,
      toProbabilities: (to, scores) => {
        if (given) to.set(scores);
        else softmaxInto(to, scores);
      },
      columns: (scores) => scores,
      decide: (p) => {
        const best = argMax(p);
        return abstain && (p[best] as number) < abstain.threshold ? [] : [best];
      },
    };
  const one = (score: number): number => (given ? score : sigmoid(score));
  if (task === 'binary')
    return {
      width,
      toProbabilities: (to, scores) => {
        const p = one(scores[0] as number);
        to[0] = 1 - p;
        to[1] = p;
      },
      columns: (scores) =>
        Float32Array.from({ length: 2 * scores.length }, (_, i) => {
          const score = scores[i >> 1] as number;
          return i % 2 === 1 ? score : given ? 1 - score : 0;
        }),
      decide: (p) => [(p[1] as number) >= (thresholds[0] as number) ? 1 : 0],
    };
  return {
    width,
    toProbabilities: (to, scores) => {
      for (let c = 0; c < to.length; c++) to[c] = one(scores[c] as number);
    },
    columns: (scores) => scores,
    decide: (p) => thresholds.flatMap((threshold, c) => ((p[c] as number) >= threshold ? [c] : [])),
  };
}
