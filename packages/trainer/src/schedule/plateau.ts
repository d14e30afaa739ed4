/** Lowers the learning rate when validation stops getting better (PyTorch's ReduceLROnPlateau, mode `min`). */
export interface PlateauOptions {
  /** What a drop multiplies by. */
  readonly gamma: number;
  /** Epochs without a better value that are put up with. */
  readonly patience: number;
  /** A value is better when it is below the best times (1 - threshold). */
  readonly threshold: number;
  /** The factor never falls below this. */
  readonly minFactor: number;
}

export interface PlateauState {
  readonly factor: number;
  /** null before the first epoch. */
  readonly best: number | null;
  readonly bad: number;
}

export const PLATEAU_START: PlateauState = { factor: 1, best: null, bad: 0 };

/** The state after an epoch that ended with `value` (a loss). */
export function plateauStep(options: PlateauOptions, state: PlateauState, value: number): PlateauState {
  if (state.best === null || value < state.best * (1 - options.threshold)) {
    return { factor: state.factor, best: value, bad: 0 };
  }
  const bad = state.bad + 1;
  if (bad <= options.patience) return { ...state, bad };
  return { ...state, factor: Math.max(options.minFactor, state.factor * options.gamma), bad: 0 };
}
