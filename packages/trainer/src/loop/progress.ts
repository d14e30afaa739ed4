import type { EpochMeter } from '../log/meter.js';

/** Times the run and says how long is left. Training and validation are timed apart. */
export class Progress {
  private trainMs = 0;
  private trainedEpochs = 0;
  private validateMs = 0;
  private validatedEpochs = 0;
  private images = 0;
  private waitMs = 0;
  private epochStart = 0;
  private validateStart = 0;
  private last: EpochMeter | null = null;
  private lastMs = 0;
  private firstStep = 0;

  constructor(
    private epochs: number,
    private readonly stepsPerEpoch: number,
  ) {}

  /** Epochs that an earlier process trained: they count as done, and tell nothing about speed. */
  skip(epochs: number): void {
    this.epochs -= epochs;
  }

  /** An epoch begins, or goes on behind `steps` of its steps. */
  startEpoch(steps: number): void {
    this.epochStart = performance.now();
    this.firstStep = steps;
  }

  endTraining(meter: EpochMeter): void {
    this.lastMs = performance.now() - this.epochStart;
    this.last = meter;
    this.trainMs += this.lastMs;
    this.trainedEpochs += 1;
    this.images += meter.images;
    this.waitMs += meter.waitMs;
    this.validateStart = performance.now();
  }

  endEpoch(): void {
    this.validateMs += performance.now() - this.validateStart;
    this.validatedEpochs += 1;
  }

  /** Milliseconds left after `step` steps of the current epoch. */
  etaMs(step: number): number {
    const running = performance.now() - this.epochStart;
    const stepsHere = this.trainedEpochs * this.stepsPerEpoch + step - this.firstStep;
    const stepMs = (this.trainMs + running) / Math.max(1, stepsHere);
    const stepsLeft = (this.epochs - this.trainedEpochs) * this.stepsPerEpoch - step;
    const validation = this.validatedEpochs ? this.validateMs / this.validatedEpochs : 0;
    return stepsLeft * stepMs + (this.epochs - this.validatedEpochs) * validation;
  }

  get lastImagesPerSecond(): number {
    return ((this.last?.images ?? 0) * 1000) / Math.max(1e-3, this.lastMs);
  }
  get lastLoaderWait(): number {
    return (this.last?.waitMs ?? 0) / Math.max(1e-3, this.lastMs);
  }
  get imagesPerSecond(): number {
    return (this.images * 1000) / Math.max(1e-3, this.trainMs);
  }
  get loaderWait(): number {
    return this.waitMs / Math.max(1e-3, this.trainMs);
  }
}
