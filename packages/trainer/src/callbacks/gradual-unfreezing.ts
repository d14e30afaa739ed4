import type { TrainOptions } from '@saker/core-native/autograd';
import type { Callback, CallbackContext } from './callback.js';

/**
 * Gradual unfreezing (Howard and Ruder, ULMFiT, ACL 2018): when the whole network trains, layers join from the classifier
 * towards the input, an equal share of the depth each epoch, until all train after `epochs`. A frozen normalisation layer
 * keeps its running statistics.
 */
export class GradualUnfreezing implements Callback {
  readonly name = 'gradual-unfreezing';
  /** The epoch that trainable weights were set for; not kept, so that a resumed run sets them again. */
  private applied = 0;
  private firstEpoch: number | null = null;

  /** `epochs`: until everything trains; at least 1. */
  constructor(private readonly epochs: number) {}

  stepOptions({ phase, epoch, history, parameters, model }: CallbackContext): Partial<TrainOptions> | null {
    if (phase === null || epoch === this.applied) return null;
    this.applied = epoch;
    if (this.firstEpoch === null) {
      const before = history.filter((record) => record.phase !== phase.name).length;
      this.firstEpoch = before + 1;
    }
    const groups = phase.groups.flatMap((group) => group.params);
    if (groups.length < parameters.length) {
      this.firstEpoch = null;
      return null;
    }
    const least = 1 - (epoch - this.firstEpoch + 1) / this.epochs;
    const frozen = parameters.filter((p) => !p.head && p.depth < least).map((p) => p.name);
    model.setTrainable(groups, true);
    model.setTrainable(frozen, false);
    return null;
  }
}
