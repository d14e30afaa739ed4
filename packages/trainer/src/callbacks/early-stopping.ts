import type { TrainEventOf } from '../events.js';
import type { Callback, CallbackContext, CallbackState } from './callback.js';
import { Monitor, type MonitorOptions, type Score } from './monitor.js';

/** Its name in a run. */
export const EARLY_STOPPING = 'early-stopping';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without a better value that are put up with; at least 1. */
  readonly patience: number;
  /** Smallest gain that counts; default 0, and then equal values are told apart by the validation loss. */
  readonly minDelta?: number;
}

/** Ends the run when a metric has not become better for `patience` epochs (Prechelt, Early Stopping, 1998). */
export class EarlyStopping implements Callback {
  readonly name = EARLY_STOPPING;
  private readonly monitor: Monitor;
  private best: Score | null = null;
  private bestEpoch = 0;

  constructor(private readonly options: EarlyStoppingOptions) {
    this.monitor = new Monitor(options);
  }

  onEpochEnd({ result }: TrainEventOf<'epoch-end'>, context: CallbackContext): void {
    const { patience, minDelta } = this.options;
    const score = this.monitor.score(result);
    if (this.bestEpoch === 0 || this.monitor.better(score, this.best, minDelta)) {
      this.best = score;
      this.bestEpoch = result.epoch;
      return;
    }
    if (result.epoch - this.bestEpoch < patience) return;
    context.emit({ type: 'early-stop', epoch: result.epoch, patience });
    context.requestStop(`no better ${this.monitor.metric} for ${patience} epochs`);
  }

  state(): CallbackState {
    return { json: { best: this.best, bestEpoch: this.bestEpoch } };
  }

  loadState({ json }: CallbackState): void {
    const state = json as { best: Score | null; bestEpoch: number };
    this.bestEpoch = state.bestEpoch;
    this.best = state.best;
  }
}
