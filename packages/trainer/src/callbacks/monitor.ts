/** Which of two epochs is the better one, by a metric. */
import { SakerError } from '@saker/spec';
import type { EpochResult } from '../events.js';

export type MonitorMode = 'min' | 'max';

export interface MonitorOptions {
  /** A name in `EpochResult.metrics`. */
  readonly metric: string;
  /** Default: `min` for losses and errors, else `max`. */
  readonly mode?: MonitorMode;
}

/** The figures that decide, kept in checkpoints. */
export type Score = {
  readonly value: number;
  /** Validation loss: decides between equal values, lower is better. */
  readonly tie: number;
};

const LOWER_IS_BETTER = /loss|error|brier|ece/i;

export class Monitor {
  readonly metric: string;
  readonly mode: MonitorMode;

  constructor({ metric, mode }: MonitorOptions) {
    this.metric = metric;
    this.mode = mode ?? (LOWER_IS_BETTER.test(metric) ? 'min' : 'max');
  }

  /** @throws SakerError E_ARG_INVALID for a metric that the run does not measure; lists those it does. */
  score({ metrics }: Pick<EpochResult, 'metrics'>): Score {
    const value = metrics[this.metric];
    if (value === undefined)
      throw new SakerError('E_ARG_INVALID', {
        name: 'metric',
        expected: `one of ${Object.keys(metrics).join(', ')}`,
        received: this.metric,
      });
    return { value, tie: metrics.valLoss ?? Number.POSITIVE_INFINITY };
  }

  /** True when `a` is strictly better; not a number is worse than anything. `minDelta`: by more than that, ties not counted. */
  better(a: Score, b: Score | null, minDelta = 0): boolean {
    if (b === null || Number.isNaN(b.value)) return true;
    const gain = this.mode === 'max' ? a.value - b.value : b.value - a.value;
    if (minDelta > 0) return gain > minDelta;
    return gain > 0 || (gain === 0 && a.tie < b.tie);
  }
}
