import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Callback, CallbackContext, CallbackState, Json } from '../../callbacks/callback.js';
import type { StopReason, TrainEvent, TrainEventOf } from '../../events.js';
import { epochFigures, stepFigures } from '../figures.js';
import { flatConfig } from '../flat-config.js';
import type { MlflowError, MlflowRun } from './client.js';
import { type MlflowMetric, type MlflowOperation, mlflowKey, mlflowPair } from './operations.js';
import { Sender } from './sender.js';
import type { MlflowServer } from './server.js';
import { Spool } from './spool.js';

export interface MlflowOptions {
  readonly server: MlflowServer;
  /** Path of the run's model without `.onnx`: the spool file stands beside it. */
  readonly base: string;
  /** Default MLflow's own: 'Default'. */
  readonly experiment?: string | undefined;
  /** Default: the model file's name. */
  readonly runName?: string | undefined;
  /** Steps between two points of the step curves. Default 10. */
  readonly stepInterval?: number;
  /** How long the end of a run waits for the server. Default 20 000. */
  readonly endMs?: number;
  /** Time limit of a request. Default 10 000. */
  readonly requestMs?: number;
  readonly firstBackoffMs?: number;
}

/** Operations held in memory while the server is away; the spool holds all of them. */
const HELD = 5_000;

const END_STATUS: Record<StopReason, 'FINISHED' | 'KILLED'> = {
  finished: 'FINISHED',
  'early-stop': 'FINISHED',
  stopped: 'FINISHED',
  cancelled: 'KILLED',
};

/** A name for a spool that no other run's is lost under. */
function freeName(base: string): string {
  for (let i = 1; ; i++) {
    const file = `${base}.mlflow${i === 1 ? '' : `-${i}`}.jsonl`;
    if (!existsSync(file)) return file;
  }
}

/**
 * Tells an MLflow server of a run: settings, metrics, the model file. Everything is written to a spool file first and sent
 * in the background, so training neither waits for the server nor fails with it. The spool goes when the server has
 * everything; else it stays, for `sendMlflowSpool`.
 */
export class MlflowLog implements Callback {
  readonly name = 'mlflow';
  readonly firstRankOnly = true;
  private readonly spool: Spool;
  private readonly sender: Sender;
  private readonly stepInterval: number;
  /** Operations `first`.. that are in memory. */
  private held: MlflowOperation[] = [];
  private first = 0;
  private total = 0;
  private draining: Promise<void> | null = null;
  private refused = false;
  private toldFailure = false;
  private context: CallbackContext | null = null;
  private started = false;
  private ended = false;

  /** @throws SakerError E_FILE_WRITE. */
  constructor(private readonly options: MlflowOptions) {
    this.stepInterval = options.stepInterval ?? 10;
    this.spool = new Spool(freeName(options.base));
    this.sender = new Sender({
      ...options,
      run: null,
      next: (index) => this.operation(index),
      onSent: (sent, run) => this.onSent(sent, run),
      onFailure: (error) => this.onFailure(error),
      onSkipped: (message) => this.context?.note(message),
    });
  }

  onRunStart(_event: TrainEventOf<'run-start'>, context: CallbackContext): void {
    this.context = context;
  }

  /** The run on the server starts here, when a resumed run has had its state. */
  onEpochStart(_event: TrainEventOf<'epoch-start'>, context: CallbackContext): void {
    this.context = context;
    if (this.started) return;
    this.started = true;
    const { config, classes, out } = context;
    if (this.sender.run === null)
      this.push({
        op: 'start',
        experiment: this.options.experiment ?? 'Default',
        runName: this.options.runName ?? basename(out, '.onnx'),
        startTime: Date.now(),
        tags: [mlflowPair('saker.out', out, true)],
      });
    const params = Object.entries({ ...flatConfig(config), classes: classes.length });
    this.push({ op: 'log', metrics: [], params: params.map(([k, v]) => mlflowPair(k, v)), tags: [] });
  }

  onStepEnd(event: TrainEventOf<'step'>, context: CallbackContext): void {
    if (event.globalStep % this.stepInterval !== 0) return;
    this.metrics(event.globalStep, stepFigures(event, context));
  }

  onEpochEnd({ result }: TrainEventOf<'epoch-end'>, { globalStep }: CallbackContext): void {
    this.metrics(globalStep, epochFigures(result));
  }

  async onEvent(event: TrainEvent, context: CallbackContext): Promise<void> {
    if (event.type === 'run-end') {
      const { model, log, stopped, bestValAccuracy, bestEpoch } = event.result;
      this.metrics(context.globalStep, { 'best/valAccuracy': bestValAccuracy, 'best/epoch': bestEpoch });
      for (const file of [model, log])
        if (existsSync(file)) this.push({ op: 'artifact', file, name: basename(file) });
      await this.finish(END_STATUS[stopped], context);
    } else if (event.type === 'error') {
      const { code, message } = event.error;
      this.push({
        op: 'log',
        metrics: [],
        params: [],
        tags: [mlflowPair('saker.error', `${code}: ${message}`, true)],
      });
      await this.finish('FAILED', context);
    }
  }

  state(): CallbackState {
    const { run } = this.sender;
    return { json: run && { runId: run.runId, artifactUri: run.artifactUri } };
  }

  loadState({ json }: CallbackState): void {
    this.sender.run = json as Json as MlflowRun | null;
  }

  async close(): Promise<void> {
    this.sender.stop();
    await this.draining;
    this.spool.close({ remove: this.first === this.total });
  }

  /** Numbers that are not finite are left out: a database has no place for them, and the error's tag names them. */
  private metrics(step: number, values: Readonly<Record<string, number>>): void {
    const timestamp = Date.now();
    const metrics: MlflowMetric[] = Object.entries(values)
      .filter(([, value]) => Number.isFinite(value))
      .map(([key, value]) => ({ key: mlflowKey(key), value, timestamp, step }));
    this.push({ op: 'log', metrics, params: [], tags: [] });
  }

  private push(operation: MlflowOperation): void {
    if (!this.started) return;
    this.spool.add(operation);
    if (this.held.length === this.total - this.first && this.held.length < HELD) this.held.push(operation);
    this.total += 1;
    this.wake();
  }

  private operation(index: number): MlflowOperation | null {
    if (this.held.length === 0 && this.total > this.first)
      this.held = Spool.read(this.spool.file).operations.slice(this.first, this.first + HELD);
    return this.held[index - this.first] ?? null;
  }

  private onSent(sent: number, run: MlflowRun | null): void {
    this.held.splice(0, sent - this.first);
    this.first = sent;
    this.spool.mark(sent, run);
    if (this.toldFailure && !this.ended) {
      this.toldFailure = false;
      this.context?.note(`${this.options.server.uri} answers again`);
    }
  }

  private onFailure(error: MlflowError): void {
    this.refused ||= !error.retryable;
    if (this.toldFailure) return;
    this.toldFailure = true;
    this.context?.note(
      `${error.message}; the run goes on, ${this.spool.file} keeps what is to be sent` +
        (error.retryable ? ', and it is tried again' : ''),
    );
  }

  private wake(): void {
    if (this.draining || this.refused) return;
    this.draining = this.sender.drain().finally(() => {
      this.draining = null;
    });
  }

  /** Gives the server a last chance, then says what is left and how to send it. */
  private async finish(status: 'FINISHED' | 'FAILED' | 'KILLED', context: CallbackContext): Promise<void> {
    if (this.ended || !this.started) return;
    this.ended = true;
    this.push({ op: 'end', status, endTime: Date.now() });
    const last = (async () => {
      while (this.first < this.total && !this.refused && !this.sender.stopped) {
        this.wake();
        await this.draining;
      }
    })();
    const stop = new AbortController();
    const wait = delay(this.options.endMs ?? 20_000, undefined, { signal: stop.signal }).catch(
      () => undefined,
    );
    await Promise.race([last, wait]);
    stop.abort();
    this.sender.stop();
    if (this.first === this.total) return;
    context.note(
      this.spool.failure
        ? `${this.total - this.first} messages were neither sent nor kept: ${this.spool.failure.message}`
        : `${this.total - this.first} messages for ${this.options.server.uri} were not sent; send them with: saker mlflow-send ${this.spool.file}`,
    );
  }
}
