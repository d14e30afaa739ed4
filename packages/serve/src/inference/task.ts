/** One picture on its way through the pool, and the bounded line in which it waits. */
import type { SakerError } from '@saker/spec';
import type { PictureOutcome, TaskInput } from './messages.js';

/** How a picture ended: what the worker answered, or why it never did; and how long it waited for a worker. */
export interface TaskResult {
  readonly outcome: PictureOutcome;
  readonly queueMs: number;
}

/** One picture waiting for a worker or held by one. */
export class Task {
  readonly queuedAt = performance.now();
  /** When a worker got it; NaN while it waits. */
  startedAt = Number.NaN;
  readonly done: Promise<TaskResult>;
  #settle: ((result: TaskResult) => void) | null = null;

  constructor(
    readonly input: TaskInput,
    readonly topK: number,
    readonly probabilities: boolean,
  ) {
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get settled(): boolean {
    return this.#settle === null;
  }

  /** The first settlement counts; a worker's answer to a picture given up on is dropped. */
  settle(outcome: PictureOutcome): void {
    const until = Number.isNaN(this.startedAt) ? performance.now() : this.startedAt;
    this.#settle?.({ outcome, queueMs: until - this.queuedAt });
    this.#settle = null;
  }

  fail(error: SakerError): void {
    this.settle({ ok: false, error: error.toJSON() });
  }
}

/** First in, first out; removal from the middle in constant time, for clients that left. */
export class TaskQueue {
  readonly #tasks = new Set<Task>();

  get size(): number {
    return this.#tasks.size;
  }

  add(task: Task): void {
    this.#tasks.add(task);
  }

  delete(task: Task): void {
    this.#tasks.delete(task);
  }

  shift(): Task | undefined {
    for (const task of this.#tasks) {
      this.#tasks.delete(task);
      return task;
    }
    return undefined;
  }
}
