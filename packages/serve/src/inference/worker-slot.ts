/** One place in the pool: the life of a worker thread and of those that replace it. */
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { SakerError } from '@saker/spec';
import { BufferPool, pictureBuffers } from './buffer-pool.js';
import type { ExitGuard } from './exit-gate.js';
import type {
  FromWorker,
  ModelInfo,
  PictureOutcome,
  ToWorker,
  WorkerModel,
  WorkerStart,
} from './messages.js';
import type { Task } from './task.js';

/** Told by a slot to its pool. */
export interface SlotEvents {
  /** The worker's session is warm, and took `itemMs` for an item. */
  onReady(info: ModelInfo, itemMs: number): void;
  /** The worker could not load the model. It has ended. */
  onLoadFailed(error: SakerError): void;
  /** Room for a batch. */
  onFree(): void;
  /** A batch was answered, `ms` after the worker got it. */
  onBatch(outcomes: readonly PictureOutcome[], ms: number): void;
  /** The worker ended without being asked to, and `lost` were with it: they have no answer yet. */
  onDied(error: SakerError, lost: readonly Task[]): void;
}

type State = 'loading' | 'ready' | 'ended';

const FIRST_RESTART_MS = 50;
const SLOWEST_RESTART_MS = 10_000;
/** Pictures' buffers kept by a slot. */
const KEPT_BUFFERS = 16;

export class WorkerSlot {
  readonly #buffers = new BufferPool(KEPT_BUFFERS);
  #batch: readonly Task[] = [];
  #startedAt = 0;
  #worker: Worker | null = null;
  #state: State = 'ended';
  #closing = false;
  #failuresInARow = 0;
  #reason: string | null = null;
  #restart: NodeJS.Timeout | null = null;

  constructor(
    private readonly model: WorkerModel,
    private readonly guard: ExitGuard,
    private readonly events: SlotEvents,
  ) {
    this.#spawn();
  }

  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** A batch is with the worker. */
  get busy(): boolean {
    return this.#batch.length > 0;
  }

  /** Items with the worker. */
  get running(): number {
    return this.#batch.length;
  }

  /** Hands a batch over; the worker gets a copy. */
  run(batch: readonly Task[]): void {
    this.#startedAt = performance.now();
    this.#batch = batch;
    for (const task of batch) {
      task.startedAt = this.#startedAt;
      task.batchSize = batch.length;
    }
    const items = batch.map(({ input, options: { topK, probabilities } }) => ({
      input: 'chunks' in input ? { bytes: this.#buffers.gather(input.chunks) } : input,
      topK,
      probabilities,
    }));
    if (this.#worker) tell(this.#worker, { type: 'predict', items }, pictureBuffers(items));
  }

  /** Milliseconds the worker has been at its batch; 0 when it has none. */
  busyMs(now: number): number {
    return this.busy ? now - this.#startedAt : 0;
  }

  /** Makes the worker fail as by an uncaught exception, as soon as it takes messages. It is replaced. */
  async crash(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const exited = exit(worker);
    tell(worker, { type: 'crash' });
    await exited;
  }

  /**
   * Gives up on a worker that does not answer and starts another in its place. The thread is left to itself and told to
   * end when it wakes: ending a thread that is inside ONNX Runtime aborts the whole process (its binding throws a C++
   * exception when it may no longer run JavaScript).
   */
  abandon(reason: string): void {
    const worker = this.#worker;
    if (!worker) return;
    tell(worker, { type: 'close' });
    worker.unref();
    this.#reason = reason;
    this.#ended();
  }

  /** Ends the worker for good, waiting up to `graceMs` for it to finish and free its session. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    if (this.#restart) clearTimeout(this.#restart);
    const worker = this.#worker;
    if (!worker) return;
    let giveUp: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, graceMs);
    });
    tell(worker, { type: 'close' });
    await Promise.race([exit(worker), waited]);
    clearTimeout(giveUp);
    worker.unref();
  }

  #spawn(): void {
    this.#state = 'loading';
    this.#reason = null;
    const gate = this.guard.add();
    const start: WorkerStart = { ...this.model, gate };
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: start,
      // The Predictor sets a variable that ONNX Runtime reads from the C environment; a copy would hide it.
      env: SHARE_ENV,
      name: 'saker-inference',
    });
    this.#worker = worker;
    // An abandoned worker still talks; only the current one is listened to.
    const current = (): boolean => this.#worker === worker;
    worker.on('message', (message: FromWorker) => {
      if (current()) this.#onMessage(message);
    });
    worker.on('error', (error) => {
      if (current()) this.#reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => {
      this.guard.delete(gate);
      if (!current()) return;
      this.#reason ??= `exit code ${code}`;
      this.#ended();
    });
  }

  #onMessage(message: FromWorker): void {
    if (message.type === 'outcomes') {
      const batch = this.#batch;
      this.#batch = [];
      this.#buffers.giveBack(message.buffers);
      this.events.onBatch(message.outcomes, performance.now() - this.#startedAt);
      for (const [i, outcome] of message.outcomes.entries()) batch[i]?.settle(outcome);
      this.events.onFree();
    } else if (message.type === 'ready') {
      this.#state = 'ready';
      this.#failuresInARow = 0;
      this.events.onReady(message.info, message.itemMs);
      this.events.onFree();
    } else {
      const cause = message.stack
        ? Object.assign(new Error('in the worker'), { stack: message.stack })
        : null;
      this.events.onLoadFailed(new SakerError(message.error.code, message.error.params, { cause }));
    }
  }

  #ended(): void {
    this.#worker = null;
    this.#state = 'ended';
    const lost = this.#batch;
    this.#batch = [];
    // Told to end, and with nothing to do: that is no failure.
    if (this.#closing && lost.length === 0) return;
    this.events.onDied(new SakerError('E_WORKER_FAILED', { detail: this.#reason ?? 'unknown' }), lost);
    if (this.#closing) return;
    const delay = Math.min(SLOWEST_RESTART_MS, FIRST_RESTART_MS * 2 ** this.#failuresInARow);
    this.#failuresInARow += 1;
    this.#restart = setTimeout(() => this.#spawn(), delay);
    this.#restart.unref();
  }
}

function exit(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
  });
}

function tell(worker: Worker, message: ToWorker, moved: readonly ArrayBuffer[] = []): void {
  worker.postMessage(message, moved);
}
