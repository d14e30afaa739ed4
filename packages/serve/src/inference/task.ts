/** One item on its way through the pool. */
import type { SakerError } from '@saker/spec';
import type { PictureOutcome, TaskInput } from './messages.js';

/** How an item ended: what the worker answered, or why it never did; how long it waited, and with how many it ran. */
export interface TaskResult {
  readonly outcome: PictureOutcome;
  /** When it came (`performance.now()`). */
  readonly queuedAt: number;
  readonly queueMs: number;
  /** Items in its batch; 0 when no worker took it. */
  readonly batchSize: number;
}

export interface TaskOptions {
  readonly topK: number;
  readonly probabilities: boolean;
  /** Level of urgency, 1 the most urgent. */
  readonly level: number;
  /** When its queue policy says that it has waited too long (`performance.now()`); Infinity is never. */
  readonly expiresAt: number;
}

/** One picture or tensor item waiting for a worker or held by one. */
export class Task {
  readonly queuedAt = performance.now();
  /** When a worker got it last; NaN while it has not been with one. */
  startedAt = Number.NaN;
  /** Items in the batch it last ran in. */
  batchSize = 0;
  /** Workers that ended while they had it. */
  losses = 0;
  readonly done: Promise<TaskResult>;
  #settle: ((result: TaskResult) => void) | null = null;

  constructor(
    readonly input: TaskInput,
    readonly options: TaskOptions,
  ) {
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get settled(): boolean {
    return this.#settle === null;
  }

  /** The first settlement counts; a worker's answer to an item given up on is dropped. */
  settle(outcome: PictureOutcome): void {
    const until = Number.isNaN(this.startedAt) ? performance.now() : this.startedAt;
    const { queuedAt, batchSize } = this;
    this.#settle?.({ outcome, queuedAt, queueMs: until - queuedAt, batchSize });
    this.#settle = null;
  }

  fail(error: SakerError): void {
    this.settle({ ok: false, error: error.toJSON() });
  }
}
