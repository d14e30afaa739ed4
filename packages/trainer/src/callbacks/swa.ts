import type { TrainEventOf } from '../events.js';
import type { Callback, CallbackContext, CallbackState } from './callback.js';

export interface SwaOptions {
  /** Last epochs of the run whose weights are averaged; at least 2. */
  readonly epochs: number;
  /** Learning rate of those epochs as a share of the peak; default 0.5. */
  readonly lrFactor?: number;
}

/**
 * Stochastic weight averaging (Izmailov et al., UAI 2018): the last epochs run at a constant rate, their weights are
 * averaged, running statistics are measured anew over the training pictures, and the result takes the place of the best
 * epoch when it validates better.
 */
export class Swa implements Callback {
  readonly name = 'swa';
  private averaged = 0;

  constructor(private readonly options: SwaOptions) {}

  onEpochStart({ epoch, epochs }: TrainEventOf<'epoch-start'>, context: CallbackContext): void {
    if (epoch > epochs - this.options.epochs) context.holdLr(this.options.lrFactor ?? 0.5);
  }

  async onEpochEnd({ result }: TrainEventOf<'epoch-end'>, { model, epochs }: CallbackContext): Promise<void> {
    if (result.epoch <= epochs - this.options.epochs) return;
    await model.updateAverage(this.averaged / (this.averaged + 1));
    this.averaged += 1;
  }

  async onTrainEnd(_event: TrainEventOf<'train-end'>, context: CallbackContext): Promise<void> {
    if (this.averaged < 2) return;
    const weights = await context.estimateStatistics(await context.model.readAverage());
    const figures = await context.validate(weights);
    const shipped = await context.propose(weights, figures);
    context.note(
      `the mean of the last ${this.averaged} epochs has validation accuracy ${(100 * figures.valAccuracy).toFixed(2)} %` +
        `: ${shipped ? 'shipped' : 'the best epoch is better'}`,
    );
  }

  async state({ model }: CallbackContext): Promise<CallbackState> {
    return { json: { averaged: this.averaged }, tensors: this.averaged ? await model.readAverage() : {} };
  }

  async loadState({ json, tensors }: CallbackState, { model }: CallbackContext): Promise<void> {
    this.averaged = (json as { averaged: number }).averaged;
    await model.writeAverage(tensors ?? {});
  }
}
