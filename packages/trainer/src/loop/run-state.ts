import type { Batch } from '@saker/core-native';
import type { TrainResult } from '@saker/core-native/autograd';
import type { SeenValidation } from '../callbacks/callback.js';
import type { Position } from '../checkpoint/checkpoint.js';
import type { EpochResult } from '../events.js';
import { EpochMeter } from '../log/meter.js';
import type { Phase } from '../recipe/recipe.js';

/** Where a run stands. The loop moves it on; callbacks read it through their context; checkpoints keep it. */
export class RunState {
  history: EpochResult[] = [];
  readonly position: Position = { phase: 0, inPhase: 0, step: 0 };
  /** The running epoch, from 1; 0 before the first. */
  epoch = 0;
  /** Optimiser steps made. */
  globalStep = 0;
  phase: Phase | null = null;
  lastStep: TrainResult | null = null;
  meter = new EpochMeter();
  lastBatch: Batch | null = null;
  lastValidation: SeenValidation | null = null;
  /** Who asked for the end, and why. */
  stop: { readonly by: string; readonly reason: string } | null = null;
  /** Learning-rate factors of callbacks by name. */
  lrFactors = new Map<string, number>();

  /** Share of the peak rate that the schedule is held at, or null. */
  lrHold: number | null = null;

  /** What callbacks make of the learning rate together. */
  get lrFactor(): number {
    return [...this.lrFactors.values()].reduce((product, factor) => product * factor, 1);
  }
}
