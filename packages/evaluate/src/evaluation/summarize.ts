import { accuracy } from '../metrics/accuracy.js';
import { confusionMatrix } from '../metrics/confusion-matrix.js';
import { logLoss } from '../metrics/log-loss.js';
import { macroF1 } from '../metrics/macro-f1.js';
import { perClass } from '../metrics/per-class.js';
import { topKAccuracy } from '../metrics/top-k-accuracy.js';
import { weightedF1 } from '../metrics/weighted-f1.js';
import type { SamplePredictions } from '../predictor/prediction.js';
import { argMax } from '../predictor/top-k.js';
import type { EvaluationResult, LabelledSample, Mistake } from './types.js';

/**
 * Figures of predictions against the truth. Pure.
 * @param decide the class told of a picture's probabilities; default the most probable.
 * @param truth_N index of each sample's class among `labels`.
 */
export function summarize(
  samples: readonly LabelledSample[],
  truth_N: ArrayLike<number>,
  predictions: SamplePredictions,
  labels: readonly string[],
  k: number,
  decide: (row: Float32Array) => number = argMax,
): EvaluationResult {
  const numClasses = labels.length;
  const kept: number[] = [];
  predictions.probabilities.forEach((row, i) => {
    if (row) kept.push(i);
  });
  const truth = kept.map((i) => truth_N[i] as number);
  const scores_NC = new Float32Array(kept.length * numClasses);
  const mistakes: Mistake[] = [];
  const predicted = kept.map((i, n) => {
    const row = predictions.probabilities[i] as Float32Array;
    scores_NC.set(row, n * numClasses);
    const guess = decide(row);
    const own = truth[n] as number;
    if (guess !== own) {
      const { path, name, offset, length } = samples[i] as LabelledSample;
      mistakes.push({
        path,
        ...(offset === undefined || length === undefined ? {} : { offset, length }),
        name: name ?? path,
        truth: labels[own] as string,
        predicted: labels[guess] as string,
        confidence: row[guess] as number,
        trueConfidence: row[own] as number,
      });
    }
    return guess;
  });
  mistakes.sort((a, b) => b.confidence - a.confidence || (a.name < b.name ? -1 : 1));
  const confusion = confusionMatrix(truth, predicted, numClasses);
  const figures = perClass(confusion);
  const cappedK = Math.min(k, numClasses);
  return {
    labels,
    accuracy: accuracy(truth, predicted),
    topK: { k: cappedK, accuracy: topKAccuracy(truth, scores_NC, numClasses, cappedK) },
    macroF1: macroF1(figures),
    weightedF1: weightedF1(figures),
    logLoss: logLoss(truth, scores_NC, numClasses),
    confusion,
    perClass: figures.map((f, i) => ({ label: labels[i] as string, ...f })),
    samples: kept.length,
    failures: predictions.failures,
    mistakes,
    seconds: predictions.timings.seconds,
    imagesPerSecond: predictions.timings.imagesPerSecond,
  };
}
