/**
 * The worker pool of one version of a model: a bounded line of items, batches formed from it, and the threads that run
 * them. What has been accepted is answered: with a result, or with a typed error. A worker that ends gives its items
 * back to the line, because inference changes nothing and can be done again.
 */
import { SakerError } from '@saker/spec';
import { Batcher } from './batching/batcher.js';
import { type BatchingOptions, DEFAULT_BATCHING } from './batching/options.js';
import { TaskQueue } from './batching/queue.js';
import { ExitGuard } from './exit-gate.js';
import type { ModelInfo, PictureOutcome, TaskInput, WorkerModel } from './messages.js';
import { type PoolObserver, PoolStatistics } from './statistics.js';
import { Task, type TaskResult } from './task.js';
import { WorkerSlot } from './worker-slot.js';

export interface PoolOptions extends WorkerModel {
  readonly workers: number;
  readonly maxQueue: number;
  readonly timeoutMs: number;
  readonly hangMs: number;
  /** Triton's max_batch_size; undefined lets the pool find it. */
  readonly maxBatchSize?: number;
  readonly batching?: BatchingOptions;
  readonly targetP99Ms?: number;
  /** Told of worker deaths, for the log. */
  readonly onWorkerDied?: (error: SakerError) => void;
  /** Told of requests and batches beside the pool's own statistics. */
  readonly observer?: PoolObserver;
}

export interface SubmitOptions {
  readonly topK: number;
  readonly probabilities: boolean;
  /** Aborted when the client is gone: its waiting items leave the line unseen by any worker. */
  readonly signal?: AbortSignal;
  /** Triton's schedule policy: 1 is the most urgent; undefined is the model's default. */
  readonly priority?: number;
  /** Milliseconds that the request may wait for a worker, where the queue policy lets it say so. */
  readonly queueTimeoutMs?: number;
  /** Milliseconds to the answer, at most the server's limit. */
  readonly timeoutMs?: number;
}

/** A snapshot for probes and metrics. */
export interface PoolState {
  readonly workers: number;
  readonly ready: number;
  readonly waiting: number;
  /** Workers with a batch. */
  readonly running: number;
}

const CLOSE_GRACE_MS = 2_000;
/** An item that this many workers have ended over is given up. */
const MOST_LOSSES = 3;
/**
 * Of a request's time, the share that its wait may be expected to take and it is still accepted. The rest is for machines
 * that grow slower meanwhile, as they do when the load that fills the line takes processors too.
 */
const WAIT_SHARE = 0.25;

export class InferencePool {
  /** Settles once: the model's description when every worker is warm, or the error that kept one from loading. */
  readonly started: Promise<ModelInfo>;
  readonly statistics = new PoolStatistics();
  readonly batching: BatchingOptions;
  readonly #batcher: Batcher;
  readonly #queue: TaskQueue;
  readonly #slots: WorkerSlot[];
  readonly #watchdog: NodeJS.Timeout;
  readonly #idle = new Set<() => void>();
  readonly #notStarted: (error: SakerError) => void;
  #info: ModelInfo | null = null;
  #itemMs = 0;
  #open = 0;
  #draining = false;
  #closed = false;
  #wake: NodeJS.Timeout | null = null;
  #refused: SakerError | null = null;

  constructor(private readonly options: PoolOptions) {
    let resolve!: (info: ModelInfo) => void;
    let reject!: (error: SakerError) => void;
    this.started = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    this.started.catch(() => undefined);
    this.#notStarted = reject;
    const { workers, maxBatchSize, targetP99Ms } = options;
    this.batching = options.batching ?? DEFAULT_BATCHING;
    this.#batcher = new Batcher({ maxBatchSize, targetP99Ms, batching: this.batching });
    this.#queue = new TaskQueue(this.batching);
    const events = {
      onReady: (info: ModelInfo, itemMs: number) => {
        this.#itemMs = Math.max(this.#itemMs, itemMs);
        if (!this.#slots.every((slot) => slot.ready)) return;
        this.#info ??= info;
        resolve(info);
      },
      onLoadFailed: (error: SakerError) => {
        options.onWorkerDied?.(error);
        reject(error);
      },
      onFree: () => this.#dispatch(),
      onBatch: (outcomes: readonly PictureOutcome[], ms: number) => this.#ran(outcomes, ms),
      onDied: (error: SakerError, lost: readonly Task[]) => {
        options.onWorkerDied?.(error);
        for (const task of lost) this.#lost(task);
        this.#dispatch();
      },
    };
    const { model, file, hash, metadata, threads, maxPixels, maxDecodeMs } = options;
    const start: WorkerModel = { model, file, hash, metadata, threads, maxPixels, maxDecodeMs };
    const guard = new ExitGuard();
    this.#slots = Array.from({ length: workers }, () => new WorkerSlot(start, guard, events));
    this.#watchdog = setInterval(() => this.#replaceHung(), Math.max(10, Math.min(1000, options.hangMs / 4)));
    this.#watchdog.unref();
  }

  /** The model, once every worker has been warm. */
  get info(): ModelInfo | null {
    return this.#info;
  }

  /** Milliseconds of a warm run of one item, by the slowest worker; 0 before one was warm. */
  get itemMs(): number {
    return this.#itemMs;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** The greatest batch that is run as a rule. */
  get maxBatchSize(): number {
    return this.#batcher.maxBatchSize;
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
   * Why a request cannot be taken now, or null: E_SHUTTING_DOWN, E_NOT_READY, E_OVERLOADED when the line is full or so
   * long that the request would be late. Asked before a body is read, so that a refusal costs nothing.
   */
  refusal(items = 1): SakerError | null {
    return this.#draining ? new SakerError('E_SHUTTING_DOWN') : this.#noRoom(items, {});
  }

  /** Made once for each length of the line: a stack trace for each of thousands of refusals costs more than the rest. */
  #overloaded(waiting: number): SakerError {
    if (this.#refused?.params.waiting !== waiting)
      this.#refused = new SakerError('E_OVERLOADED', { waiting });
    return this.#refused;
  }

  #noRoom(
    items: number,
    { priority, timeoutMs = this.options.timeoutMs }: Partial<SubmitOptions>,
  ): SakerError | null {
    if (!this.#info) return new SakerError('E_NOT_READY');
    const full = this.#queue.size + items > this.options.maxQueue;
    const late = this.#expectedWaitMs() > Math.min(timeoutMs * WAIT_SHARE, this.#batcher.longestWaitMs);
    if (full || late || !this.#queue.hasRoom(this.#queue.levelOf(priority), items))
      return this.#overloaded(this.#queue.size);
    return null;
  }

  /**
   * Classifies pictures and tensor items; their memory must stay as it is until the promise settles. One result per
   * item, in order.
   * @throws SakerError as `refusal`; E_CANCELLED when the signal aborts; E_TIMEOUT.
   */
  async submit(inputs: readonly TaskInput[], options: SubmitOptions): Promise<TaskResult[]> {
    const started = performance.now();
    try {
      const results = await this.#submit(inputs, options, started);
      this.#ended(results, started);
      return results;
    } catch (thrown) {
      this.#ended({ reason: SakerError.from(thrown).code }, started);
      throw thrown;
    }
  }

  async #submit(inputs: readonly TaskInput[], options: SubmitOptions, now: number): Promise<TaskResult[]> {
    // A drain turns away what asks to come in; a request that was let in before may still bring its items.
    const refusal = this.#closed ? new SakerError('E_SHUTTING_DOWN') : this.#noRoom(inputs.length, options);
    if (refusal) throw refusal;
    const { signal, topK, probabilities } = options;
    if (signal?.aborted) throw cancelled();
    const level = this.#queue.levelOf(options.priority);
    const waitMs = this.#queue.timeoutMs(level, options.queueTimeoutMs);
    const taskOptions = { topK, probabilities, level, expiresAt: now + waitMs };
    const tasks = inputs.map((input) => new Task(input, taskOptions));
    for (const task of tasks) this.#queue.add(task);
    this.#open += 1;
    let giveUp!: (error: SakerError) => void;
    const gaveUp = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const limit = Math.min(this.options.timeoutMs, options.timeoutMs ?? Number.POSITIVE_INFINITY);
    const timer = setTimeout(
      () => giveUp(new SakerError('E_TIMEOUT', { what: 'The request', limit })),
      limit,
    );
    const expiry =
      waitMs < limit ? setTimeout(() => this.#queue.expire(performance.now()), Math.ceil(waitMs)) : null;
    const onAbort = (): void => giveUp(cancelled());
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#dispatch();
    try {
      return await Promise.race([Promise.all(tasks.map((task) => task.done)), gaveUp]);
    } finally {
      clearTimeout(timer);
      if (expiry) clearTimeout(expiry);
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
    this.#closed = true;
    clearInterval(this.#watchdog);
    if (this.#wake) clearTimeout(this.#wake);
    while (this.#queue.size > 0)
      for (const task of this.#queue.take(this.#queue.size, 0)) task.fail(new SakerError('E_SHUTTING_DOWN'));
    await Promise.all(this.#slots.map((slot) => slot.close(CLOSE_GRACE_MS)));
  }

  #abandon(task: Task): void {
    this.#queue.delete(task);
    task.fail(cancelled());
  }

  /** What a worker had when it ended. */
  #lost(task: Task): void {
    if (task.settled) return;
    task.losses += 1;
    // The reason may quote memory or paths, so clients get the plain fact and the log gets the reason.
    if (task.losses >= MOST_LOSSES)
      task.fail(new SakerError('E_WORKER_FAILED', { detail: 'its thread ended' }));
    else this.#queue.putBack(task);
  }

  /** Milliseconds that the line in front of a new request takes, by what batches have measured. */
  #expectedWaitMs(): number {
    const { itemMs, settled } = this.#batcher;
    if (!settled || this.#queue.size === 0) return 0;
    let ready = 0;
    let running = 0;
    for (const slot of this.#slots) {
      if (slot.ready) ready += 1;
      running += slot.running;
    }
    // Of what is running, half is still to come.
    return ((this.#queue.size + running / 2) * itemMs) / Math.max(1, ready);
  }

  /**
   * One batch per worker at a time. A second one waiting inside the worker measures worse: its pixels are made while
   * ONNX Runtime computes, and with a worker on every core the two only slow each other down (README).
   */
  #dispatch(): void {
    const ready = this.#slots.filter((slot) => slot.ready);
    for (const slot of ready) {
      if (this.#queue.size === 0) return;
      if (slot.busy) continue;
      const now = performance.now();
      const waitedMs = now - this.#queue.oldestAt;
      const size = this.#batcher.size(this.#queue.size, ready.length, waitedMs);
      if (size === 0) {
        this.#wakeIn(this.#batcher.delayLeftMs(waitedMs));
        return;
      }
      const batch = this.#queue.take(size, now);
      if (batch.length > 0) slot.run(batch);
    }
  }

  #wakeIn(ms: number): void {
    if (this.#wake) clearTimeout(this.#wake);
    this.#wake = setTimeout(
      () => {
        this.#wake = null;
        this.#dispatch();
      },
      Math.max(1, Math.ceil(ms)),
    );
  }

  #ran(outcomes: readonly PictureOutcome[], ms: number): void {
    this.#batcher.ran(outcomes.length, ms);
    this.statistics.onBatch(outcomes, ms);
    this.options.observer?.onBatch(outcomes, ms);
  }

  #ended(end: readonly TaskResult[] | { readonly reason: string }, started: number): void {
    const ms = performance.now() - started;
    if (!('reason' in end)) this.#batcher.answered(ms);
    this.statistics.onRequest(end, ms);
    this.options.observer?.onRequest(end, ms);
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
