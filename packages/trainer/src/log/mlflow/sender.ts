import { setTimeout as delay } from 'node:timers/promises';
import { MlflowClient, MlflowError, type MlflowRun } from './client.js';
import { type LogOperation, type MlflowOperation, mergeLogs, splitLog } from './operations.js';
import type { MlflowServer } from './server.js';

/** Waits between tries, doubled up to the greatest. */
const BACKOFF = { first: 1_000, most: 60_000 };
/** Operations that are sent as one, at most. */
const MERGED = 500;

export interface SenderOptions {
  readonly server: MlflowServer;
  /** The run that earlier operations went to; null: the first operation starts one. */
  readonly run: MlflowRun | null;
  /** Operation number `index`, or null where there is none yet. */
  readonly next: (index: number) => MlflowOperation | null;
  /** So many operations have reached the server. */
  readonly onSent: (sent: number, run: MlflowRun | null) => void;
  /** A try failed; more follow when `retryable`. */
  readonly onFailure: (error: MlflowError) => void;
  readonly onSkipped: (message: string) => void;
  readonly firstBackoffMs?: number;
  readonly requestMs?: number;
}

/** Sends operations in order, each until the server has it. */
export class Sender {
  run: MlflowRun | null;
  private sent: number;
  private readonly abort = new AbortController();
  private readonly client: MlflowClient;

  constructor(
    private readonly options: SenderOptions,
    first = 0,
  ) {
    this.sent = first;
    this.run = options.run;
    this.client = new MlflowClient(options.server, this.abort.signal, options.requestMs);
  }

  /** Sends what there is; tries again until `stop`. Ends early when the server refuses for good. */
  async drain(): Promise<void> {
    let wait = this.options.firstBackoffMs ?? BACKOFF.first;
    while (!this.abort.signal.aborted) {
      const taken = this.take();
      if (taken.length === 0) return;
      try {
        await this.send(taken);
        this.sent += taken.length;
        this.options.onSent(this.sent, this.run);
        wait = this.options.firstBackoffMs ?? BACKOFF.first;
      } catch (thrown) {
        const error = thrown instanceof MlflowError ? thrown : new MlflowError(String(thrown), false);
        if (this.abort.signal.aborted) return;
        this.options.onFailure(error);
        if (!error.retryable) return;
        await delay(wait, undefined, { signal: this.abort.signal, ref: false }).catch(() => undefined);
        wait = Math.min(2 * wait, BACKOFF.most);
      }
    }
  }

  get stopped(): boolean {
    return this.abort.signal.aborted;
  }

  /** Ends waits and requests that are under way, for good. */
  stop(): void {
    this.abort.abort();
  }

  /** The next operation, or all `log` operations that stand next to each other. */
  private take(): MlflowOperation[] {
    const taken: MlflowOperation[] = [];
    while (taken.length < MERGED) {
      const operation = this.options.next(this.sent + taken.length);
      if (operation === null || (taken.length > 0 && operation.op !== 'log')) break;
      taken.push(operation);
      if (operation.op !== 'log') break;
    }
    return taken;
  }

  private async send(operations: readonly MlflowOperation[]): Promise<void> {
    const [first] = operations as [MlflowOperation];
    if (first.op === 'start') {
      this.run = await this.client.createRun(first);
      return;
    }
    const { run } = this;
    if (!run) throw new MlflowError('the run was never started', false);
    if (first.op === 'log') {
      // A request that was answered but not heard is sent again: the same value at the same step and time changes nothing.
      for (const part of splitLog(mergeLogs(operations as LogOperation[])))
        await this.client.logBatch(run.runId, part);
    } else if (first.op === 'artifact') {
      const kept = await this.client.putArtifact(run, first.file, first.name);
      if (!kept)
        this.options.onSkipped(
          `${first.name} was not uploaded: the server keeps artifacts in ${run.artifactUri || 'an unnamed place'}, not behind its own proxy`,
        );
    } else {
      await this.client.updateRun(run.runId, first);
    }
  }
}
