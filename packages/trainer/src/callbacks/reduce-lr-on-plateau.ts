import { SakerError } from '@saker/spec';
import type { TrainEventOf } from '../events.js';
import { PLATEAU_START, type PlateauState, plateauStep } from '../schedule/plateau.js';
import type { Callback, CallbackContext, CallbackState } from './callback.js';

/** PyTorch's own threshold: a loss is better when it is below (1 - 1e-4) of the best. */
const THRESHOLD = 1e-4;

export interface ReduceLROnPlateauOptions {
  /** A metric that is better when lower; default valLoss. */
  readonly metric?: string;
  /** What a drop multiplies the rate by; above 0, below 1. */
  readonly gamma: number;
  /** Epochs without a lower value that are put up with. */
  readonly patience: number;
  /** Least factor of the peak rate. */
  readonly minFactor: number;
}

/** Lowers the learning rate when a metric stops falling; each phase begins anew. */
export class ReduceLROnPlateau implements Callback {
  readonly name = 'reduce-lr-on-plateau';
  private plateau: PlateauState = PLATEAU_START;

  constructor(private readonly options: ReduceLROnPlateauOptions) {}

  onPhaseStart(_event: TrainEventOf<'phase-start'>, context: CallbackContext): void {
    this.plateau = PLATEAU_START;
    context.scaleLr(1);
  }

  onEpochEnd({ result }: TrainEventOf<'epoch-end'>, context: CallbackContext): void {
    const { metric = 'valLoss', ...options } = this.options;
    const value = result.metrics[metric];
    if (value === undefined)
      throw new SakerError('E_ARG_INVALID', {
        name: 'metric',
        expected: `one of ${Object.keys(result.metrics).join(', ')}`,
        received: metric,
      });
    this.plateau = plateauStep({ ...options, threshold: THRESHOLD }, this.plateau, value);
    context.scaleLr(this.plateau.factor);
  }

  state(): CallbackState {
    return { json: { ...this.plateau } };
  }

  loadState({ json }: CallbackState): void {
    this.plateau = json as unknown as PlateauState;
  }
}
