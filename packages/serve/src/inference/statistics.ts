/** What a version of a model has done since it was loaded, in Triton's terms (statistics extension). */
import type { PictureOutcome } from './messages.js';
import type { TaskResult } from './task.js';

/** How often, and how long in all. */
export interface Sum {
  count: number;
  ms: number;
}

export interface BatchSums {
  readonly computeInput: Sum;
  readonly computeInfer: Sum;
  readonly computeOutput: Sum;
}

const sum = (): Sum => ({ count: 0, ms: 0 });
const batchSums = (): BatchSums => ({ computeInput: sum(), computeInfer: sum(), computeOutput: sum() });

function note(to: Sum, ms: number): void {
  to.count += 1;
  to.ms += ms;
}

/** Told of every request and every batch of a pool. */
export interface PoolObserver {
  /** A request has ended: with answers to its items, or with the code of what kept it from any. */
  onRequest(end: readonly TaskResult[] | { readonly reason: string }, totalMs: number): void;
  /** A worker has answered a batch. */
  onBatch(outcomes: readonly PictureOutcome[], ms: number): void;
}

/** A request's stages are those of its slowest item, because items run beside each other. */
export class PoolStatistics implements PoolObserver {
  /** Milliseconds since 1970; 0 when there was none. */
  lastInference = 0;
  /** Items answered. */
  inferenceCount = 0;
  /** Batches run. */
  executionCount = 0;
  readonly success = sum();
  readonly fail = sum();
  readonly queue = sum();
  readonly computeInput = sum();
  readonly computeInfer = sum();
  readonly computeOutput = sum();
  /** Failed requests by error code. */
  readonly failures = new Map<string, number>();
  /** By the number of items. */
  readonly batches = new Map<number, BatchSums>();

  onRequest(end: readonly TaskResult[] | { readonly reason: string }, totalMs: number): void {
    this.lastInference = Date.now();
    if ('reason' in end) {
      this.#failed(end.reason, totalMs);
      return;
    }
    let queueMs = 0;
    let inputMs = 0;
    let inferMs = 0;
    for (const { outcome, queueMs: waited } of end) {
      if (!outcome.ok) {
        this.#failed(outcome.error.code, totalMs);
        return;
      }
      queueMs = Math.max(queueMs, waited);
      inputMs = Math.max(inputMs, outcome.timings.preprocessMs);
      inferMs = Math.max(inferMs, outcome.timings.inferenceMs);
    }
    this.inferenceCount += end.length;
    note(this.success, totalMs);
    note(this.queue, queueMs);
    note(this.computeInput, inputMs);
    note(this.computeInfer, inferMs);
    note(this.computeOutput, Math.max(0, totalMs - queueMs - inputMs - inferMs));
  }

  onBatch(outcomes: readonly PictureOutcome[], ms: number): void {
    this.executionCount += 1;
    const first = outcomes.find((outcome) => outcome.ok);
    if (!first?.ok) return;
    const sums = this.batches.get(outcomes.length) ?? batchSums();
    this.batches.set(outcomes.length, sums);
    const { preprocessMs, inferenceMs } = first.timings;
    note(sums.computeInput, preprocessMs);
    note(sums.computeInfer, inferenceMs);
    note(sums.computeOutput, Math.max(0, ms - preprocessMs - inferenceMs));
  }

  #failed(reason: string, totalMs: number): void {
    note(this.fail, totalMs);
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
  }
}
