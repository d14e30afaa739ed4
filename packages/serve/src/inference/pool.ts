/**
 * The worker pool: a bounded line of pictures and the threads that take from it. Pictures of one request are spread
 * over the workers. What has been accepted is answered: with a result, or with a typed error.
 */
import { SakerError } from '@saker/spec';
import { ExitGuard } from './exit-gate.js';
import type { ModelInfo, TaskInput, WorkerModel } from './messages.js';
import { Task, TaskQueue, type TaskResult } from './task.js';
import { WorkerSlot } from './worker-slot.js';

export interface PoolOptions extends WorkerModel {
  readonly workers: number;
  readonly maxQueue: number;
  readonly timeoutMs: number;
  readonly hangMs: number;
  /** Told of worker deaths, for the log. */
  readonly onWorkerDied?: (error: SakerError) => void;
}

export interface SubmitOptions {
  readonly topK: number;
  readonly probabilities: boolean;
  /** Aborted when the client is gone: its waiting pictures leave the line unseen by any worker. */
  readonly signal?: AbortSignal;
}

/** A snapshot for probes and metrics. */
export interface PoolState {
  readonly workers: number;
  readonly ready: number;
  readonly waiting: number;
  readonly running: number;
}

const CLOSE_GRACE_MS = 2_000;

export class InferencePool {
  /** Settles once: the model's description when every worker is warm, or the error that kept one from loading. */
  readonly started: Promise<ModelInfo>;
  readonly #queue = new TaskQueue();
  readonly #slots: WorkerSlot[];
  readonly #watchdog: NodeJS.Timeout;
  readonly #idle = new Set<() => void>();
  readonly #notStarted: (error: SakerError) => void;
  #info: ModelInfo | null = null;
  #open = 0;
  #draining = false;

  constructor(private readonly options: PoolOptions) {
    let resolve!: (info: ModelInfo) => void;
    let reject!: (error: SakerError) => void;
    this.started = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    this.started.catch(() => undefined);
    this.#notStarted = reject;
    const { workers, model, file, metadata, threads, maxPixels } = options;
    const events = {
      onReady: (info: ModelInfo) => {
        if (!this.#slots.every((slot) => slot.ready)) return;
        this.#info ??= info;
        resolve(info);
      },
      onLoadFailed: (error: SakerError) => {
        options.onWorkerDied?.(error);
        reject(error);
      },
      onFree: () => this.#dispatch(),
      onDied: (error: SakerError) => options.onWorkerDied?.(error),
    };
    const start: WorkerModel = { model, file, metadata, threads, maxPixels };
    const guard = new ExitGuard();
    this.#slots = Array.from({ length: workers }, () => new WorkerSlot(start, guard, events));
    this.#watchdog = setInterval(() => this.#replaceHung(), Math.max(10, Math.min(1000, options.hangMs / 4)));
    this.#watchdog.unref();
  }

  /** The model, once every worker has been warm. */
  get info(): ModelInfo | null {
    return this.#info;
  }

  get draining(): boolean {
    return this.#draining;
  }

  state(): PoolState {
    return {
      workers: this.#slots.length,
      ready: this.#slots.filter((slot) => slot.ready).length,
      waiting: this.#queue.size,
      running: this.#slots.filter((slot) => slot.busy).length,
    };
  }

  /**
   * Why a request cannot be taken now, or null: E_SHUTTING_DOWN, E_NOT_READY, E_OVERLOADED. Asked before a body is
   * read, so that a refusal costs nothing.
   */
  refusal(pictures = 1): SakerError | null {
    if (this.#draining) return new SakerError('E_SHUTTING_DOWN');
    if (!this.#info) return new SakerError('E_NOT_READY');
    if (this.#queue.size + pictures > this.options.maxQueue)
      return new SakerError('E_OVERLOADED', { waiting: this.#queue.size });
    return null;
  }

  /**
   * Classifies pictures; their bytes are moved away from the caller. One result per picture, in order.
   * @throws SakerError as `refusal`; E_CANCELLED when the signal aborts; E_TIMEOUT.
   */
  async submit(inputs: readonly TaskInput[], options: SubmitOptions): Promise<TaskResult[]> {
    const refusal = this.refusal(inputs.length);
    if (refusal) throw refusal;
    const { signal, topK, probabilities } = options;
    if (signal?.aborted) throw cancelled();
    const tasks = inputs.map((input) => new Task(input, topK, probabilities));
    for (const task of tasks) this.#queue.add(task);
    this.#open += 1;
    let giveUp!: (error: SakerError) => void;
    const gaveUp = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const { timeoutMs } = this.options;
    const timer = setTimeout(
      () => giveUp(new SakerError('E_TIMEOUT', { what: 'The request', limit: timeoutMs })),
      timeoutMs,
    );
    const onAbort = (): void => giveUp(cancelled());
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#dispatch();
    try {
      return await Promise.race([Promise.all(tasks.map((task) => task.done)), gaveUp]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      for (const task of tasks) if (!task.settled) this.#abandon(task);
      this.#open -= 1;
      if (this.#open === 0) for (const wake of this.#idle) wake();
    }
  }

  /** Makes one worker fail as by an uncaught exception; it is replaced. For operators' drills and tests. */
  async crashWorker(index: number): Promise<void> {
    await this.#slots[index]?.crash();
  }

  /** From now on new work is refused with E_SHUTTING_DOWN; what was accepted goes on. */
  drain(): void {
    this.#draining = true;
  }

  /** Drains for up to `drainMs`, then ends every worker. Safe to call again. */
  async close(drainMs = 0): Promise<void> {
    this.drain();
    this.#notStarted(new SakerError('E_SHUTTING_DOWN'));
    if (this.#open > 0 && drainMs > 0) {
      let wake!: () => void;
      const idle = new Promise<void>((resolve) => {
        wake = resolve;
      });
      this.#idle.add(wake);
      const timer = setTimeout(wake, drainMs);
      await idle;
      clearTimeout(timer);
      this.#idle.delete(wake);
    }
    clearInterval(this.#watchdog);
    for (let task = this.#queue.shift(); task; task = this.#queue.shift())
      task.fail(new SakerError('E_SHUTTING_DOWN'));
    await Promise.all(this.#slots.map((slot) => slot.close(CLOSE_GRACE_MS)));
  }

  #abandon(task: Task): void {
    this.#queue.delete(task);
    task.fail(cancelled());
  }

  /**
   * One picture per worker at a time. A second one waiting inside the worker measures worse: its pixels are made while
   * ONNX Runtime computes, and with a worker on every core the two only slow each other down (README).
   */
  #dispatch(): void {
    for (const slot of this.#slots) {
      if (!slot.ready || slot.busy) continue;
      const task = this.#queue.shift();
      if (!task) return;
      slot.run(task);
    }
  }

  #replaceHung(): void {
    const now = performance.now();
    const { hangMs } = this.options;
    for (const slot of this.#slots) if (slot.busyMs(now) > hangMs) slot.abandon(`no answer for ${hangMs} ms`);
  }
}

function cancelled(): SakerError {
  return new SakerError('E_CANCELLED', { what: 'The request' });
}
