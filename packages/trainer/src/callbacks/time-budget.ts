import { SakerError } from '@saker/spec';
import type { TrainEventOf } from '../events.js';
import type { Callback, CallbackContext, CallbackState } from './callback.js';

/**
 * Ends the run in time: after an epoch when another of the mean length would not fit, and at the latest when the time is
 * up. Time spent by earlier processes of a resumed run counts.
 */
export class TimeBudget implements Callback {
  readonly name = 'time-budget';
  private before = 0;
  private epochs = 0;
  private readonly startedAt = performance.now();

  /** `seconds`: of the run from its first step on; above 0. */
  constructor(private readonly seconds: number) {
    if (!(seconds > 0))
      throw new SakerError('E_ARG_INVALID', {
        name: 'seconds',
        expected: 'a number above 0',
        received: seconds,
      });
  }

  private get elapsed(): number {
    return this.before + (performance.now() - this.startedAt) / 1000;
  }

  onStepEnd(_event: TrainEventOf<'step'>, context: CallbackContext): void {
    if (this.elapsed >= this.seconds) context.requestStop(`the ${this.seconds} seconds are up`);
  }

  onEpochEnd({ result }: TrainEventOf<'epoch-end'>, context: CallbackContext): void {
    this.epochs += 1;
    const mean = this.elapsed / this.epochs;
    if (result.epoch < context.epochs && this.elapsed + mean > this.seconds)
      context.requestStop(`another epoch would not fit into ${this.seconds} seconds`);
  }

  state(): CallbackState {
    return { json: { elapsed: this.elapsed, epochs: this.epochs } };
  }

  loadState({ json }: CallbackState): void {
    const state = json as { elapsed: number; epochs: number };
    this.before = state.elapsed;
    this.epochs = state.epochs;
  }
}
