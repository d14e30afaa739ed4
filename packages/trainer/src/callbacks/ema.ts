import type { Tensors } from '@saker/core-native/autograd';
import type { TrainEventOf } from '../events.js';
import type { Callback, CallbackContext, CallbackState } from './callback.js';

/** Decay of an update, counted from 1: rises from 0 to `decay` (timm's ModelEmaV3 with its warm-up: gamma 1, power 2/3). */
export function emaDecay(decay: number, update: number): number {
  const step = Math.max(0, update - 1);
  return step === 0 ? 0 : Math.min(decay, 1 - (1 + step) ** (-2 / 3));
}

/**
 * An exponential moving average of weights and running statistics, which validation and the model file use (Polyak and
 * Juditsky 1992; Tan and Le 2019 for networks of this kind). The engine keeps it: one native call a step, no copy.
 */
export class Ema implements Callback {
  readonly name = 'ema';
  private updates = 0;

  /** `decay` in (0, 1), such as 0.999: the average looks back over about 1 / (1 - decay) steps. */
  constructor(private readonly decay: number) {}

  async onStepEnd(_event: TrainEventOf<'step'>, { model }: CallbackContext): Promise<void> {
    this.updates += 1;
    await model.updateAverage(emaDecay(this.decay, this.updates));
  }

  async weights({ model }: CallbackContext): Promise<Tensors | null> {
    return this.updates === 0 ? null : model.readAverage();
  }

  async state({ model }: CallbackContext): Promise<CallbackState> {
    return { json: { updates: this.updates }, tensors: await model.readAverage() };
  }

  async loadState({ json, tensors }: CallbackState, { model }: CallbackContext): Promise<void> {
    this.updates = (json as { updates: number }).updates;
    await model.writeAverage(tensors ?? {});
  }
}
