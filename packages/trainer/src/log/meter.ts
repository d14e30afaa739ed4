/** Running figures of one epoch. Times in milliseconds. */
export class EpochMeter {
  private loss = 0;
  private correct = 0;
  private seen = 0;
  private wait = 0;
  private readonly startedAt = performance.now();

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

  get images(): number {
    return this.seen;
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
    return (this.seen * 1000) / Math.max(1e-3, this.elapsedMs);
  }
  get loaderWait(): number {
    return this.wait / Math.max(1e-3, this.elapsedMs);
  }
}
