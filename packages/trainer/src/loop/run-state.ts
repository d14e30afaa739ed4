import type { TrainResult } from '@saker/core-native/autograd';
import type { EpochResult } from '../events.js';
import type { Phase } from '../recipe/recipe.js';

/** Where a run stands. The loop moves it on; callbacks read it through their context. */
export class RunState {
  readonly history: EpochResult[] = [];
  /** The running epoch, from 1; 0 before the first. */
  epoch = 0;
  /** Optimiser steps made. */
  globalStep = 0;
  phase: Phase | null = null;
  lastStep: TrainResult | null = null;
  /** Who asked for the end, and why. */
  stop: { readonly by: string; readonly reason: string } | null = null;
  /** Learning-rate factors of callbacks by name. */
  readonly lrFactors = new Map<string, number>();

  /** What callbacks make of the learning rate together. */
  get lrFactor(): number {
    return [...this.lrFactors.values()].reduce((product, factor) => product * factor, 1);
  }
}
