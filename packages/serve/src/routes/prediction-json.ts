/** The wire form of a prediction and of its timings. */
import type { PictureOutcome, RankedClass } from '../inference/messages.js';

/** Milliseconds of each stage, to the microsecond. */
export interface TimingsJson {
  readonly queueMs: number;
  /** Decoding and the eval pipeline, which are one fused pass. */
  readonly preprocessMs: number;
  readonly inferenceMs: number;
}

export interface PredictionJson {
  /** The class told; null, as `index`, when the model abstains. */
  readonly label: string | null;
  readonly index: number | null;
  /** Probability in 0..1 of the class told, or of the most probable one. */
  readonly confidence: number;
  /** Only there when the model abstains. */
  readonly abstained?: true;
  /** Of multi-label models: every label told; `label` is the most probable one, told or not. */
  readonly labels?: readonly RankedClass[];
  readonly topK: readonly RankedClass[];
  readonly probabilities?: readonly number[];
  readonly timings: TimingsJson;
}

/** A worker's answer as the client sees it. */
export function predictionJson(
  outcome: Extract<PictureOutcome, { ok: true }>,
  queueMs: number,
): PredictionJson {
  const { label, index, confidence, abstained, labels, topK, probabilities, timings } = outcome;
  return {
    label,
    index,
    confidence,
    ...(abstained ? { abstained } : {}),
    ...(labels ? { labels } : {}),
    topK,
    ...(probabilities ? { probabilities: Array.from(probabilities) } : {}),
    timings: {
      queueMs: micro(queueMs),
      preprocessMs: micro(timings.preprocessMs),
      inferenceMs: micro(timings.inferenceMs),
    },
  };
}

/** The Server-Timing header (W3C): per stage its slowest picture, then the request's total. */
export function serverTiming(items: readonly (PredictionJson | Error)[], totalMs: number): string {
  const timings = items.flatMap((item) => (item instanceof Error ? [] : [item.timings]));
  const slowest = (pick: (t: TimingsJson) => number): number => Math.max(...timings.map(pick));
  const stages = [`total;dur=${micro(totalMs)}`];
  if (timings.length > 0) {
    stages.unshift(
      `queue;dur=${slowest((t) => t.queueMs)}`,
      `preprocess;dur=${slowest((t) => t.preprocessMs)}`,
      `inference;dur=${slowest((t) => t.inferenceMs)}`,
    );
  }
  return stages.join(', ');
}

function micro(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
