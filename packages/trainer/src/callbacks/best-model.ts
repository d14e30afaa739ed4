import type { Tensors } from '@saker/core-native/autograd';
import type { EpochResult, TrainEventOf } from '../events.js';
import { withHistory } from '../loop/export.js';
import type { RunParts } from '../loop/run-parts.js';
import { writeFileAtomic } from '../model/atomic.js';
import type { Callback, CallbackContext, CallbackState, ValidationFigures } from './callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';

/** Writes the model file whenever an epoch is the best so far; equal epochs: the lower validation loss. */
export class BestModel implements Callback {
  readonly name = 'best-model';
  readonly firstRankOnly = true;
  private best: EpochResult | null = null;
  private readonly monitor: Monitor;

  constructor(monitor: MonitorOptions = { metric: 'valAccuracy' }) {
    this.monitor = new Monitor(monitor);
  }

  /** The epoch that the file holds, 0 before one was written. Averaged weights count as the last epoch's. */
  get epoch(): number {
    return this.best?.epoch ?? 0;
  }

  /** What the file's weights were measured with, 0 before an epoch was validated. */
  get valAccuracy(): number {
    return this.best?.valAccuracy ?? 0;
  }

  /** The monitored metric of the file's weights, 0 before an epoch was validated. */
  get value(): number {
    return this.best?.metrics[this.monitor.metric] ?? 0;
  }

  async onValidateEnd({ result }: TrainEventOf<'validate-end'>, context: CallbackContext): Promise<void> {
    if (this.improves(result)) await this.keep(await context.exportModel({ result }), result, context);
  }

  /** Ships weights in place of the best epoch when they are better; says whether they were. */
  async propose(weights: Tensors, figures: ValidationFigures, context: CallbackContext): Promise<boolean> {
    const last = context.history.at(-1);
    if (last === undefined) return false;
    const result = { ...last, ...figures, metrics: { ...last.metrics, ...figures.metrics } };
    if (!this.improves(result)) return false;
    await this.keep(await context.exportModel({ weights, result }), result, context);
    return true;
  }

  /** Writes weights that no epoch was validated with; any validated epoch is better. */
  keepUnvalidated(bytes: Uint8Array, file: string): Promise<void> {
    return writeFileAtomic(file, bytes);
  }

  /** Gives the file the learning curves of the epochs after the one that it holds. */
  async complete(parts: RunParts, history: readonly EpochResult[]): Promise<void> {
    if (this.best && history.length > this.best.epoch)
      await writeFileAtomic(parts.out, withHistory(parts, parts.out, history, this.best));
  }

  state(): CallbackState {
    return { json: { best: this.best && { ...this.best } } };
  }

  loadState({ json }: CallbackState): void {
    this.best = (json as unknown as { best: EpochResult | null }).best;
  }

  private improves(result: EpochResult): boolean {
    const score = this.monitor.score(result);
    return this.best === null || this.monitor.better(score, this.monitor.score(this.best));
  }

  private async keep(bytes: Uint8Array, result: EpochResult, context: CallbackContext): Promise<void> {
    await writeFileAtomic(context.out, bytes);
    this.best = result;
    const { valAccuracy, epoch } = result;
    context.emit({ type: 'checkpoint', file: context.out, valAccuracy, epoch });
  }
}
