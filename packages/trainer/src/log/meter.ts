/** What an epoch has summed up so far. */
export interface MeterSums {
  readonly loss: number;
  readonly correct: number;
  readonly seen: number;
}

const NOTHING: MeterSums = { loss: 0, correct: 0, seen: 0 };

/** Running figures of one epoch. Times in milliseconds, of this process only. */
export class EpochMeter {
  private loss: number;
  private correct: number;
  private seen: number;
  private wait = 0;
  private readonly startedAt = performance.now();

  /** `before`: sums of the part of the epoch that an earlier process trained. */
  constructor(private readonly before: MeterSums = NOTHING) {
    ({ loss: this.loss, correct: this.correct, seen: this.seen } = before);
  }

  /** Adds one step: mean loss over `count` pictures, how many were right, and the loader wait before it. */
  add(
    step: { readonly loss: number; readonly correct: number; readonly count: number },
    waitMs: number,
  ): void {
    if (step.count > 0) this.loss += step.loss * step.count;
    this.correct += step.correct;
    this.seen += step.count;
    this.wait += waitMs;
  }

  get sums(): MeterSums {
    return { loss: this.loss, correct: this.correct, seen: this.seen };
  }
  /** Pictures that this process trained on. */
  get images(): number {
    return this.seen - this.before.seen;
  }
  get waitMs(): number {
    return this.wait;
  }
  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }
  get meanLoss(): number {
    return this.seen === 0 ? Number.NaN : this.loss / this.seen;
  }
  get accuracy(): number {
    return this.seen === 0 ? 0 : this.correct / this.seen;
  }
  get imagesPerSecond(): number {
    return (this.images * 1000) / Math.max(1e-3, this.elapsedMs);
  }
  get loaderWait(): number {
    return this.wait / Math.max(1e-3, this.elapsedMs);
  }
}
