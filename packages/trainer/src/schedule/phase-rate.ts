/** The learning rate of one phase: its schedule, and what `plateau` made of the validation losses so far. */
import type { RunConfig } from '@saker/spec';
import { PLATEAU_START, plateauStep } from './plateau.js';
import { makeSchedule, type Schedule } from './schedule.js';

/** PyTorch's own threshold: a loss is better when it is below (1 - 1e-4) of the best. */
const PLATEAU_THRESHOLD = 1e-4;

export class PhaseRate {
  private readonly schedule: Schedule;
  private plateau = PLATEAU_START;

  constructor(
    private readonly config: RunConfig,
    epochs: number,
    stepsPerEpoch: number,
  ) {
    this.schedule = makeSchedule({
      name: config.schedule,
      steps: epochs * stepsPerEpoch,
      stepsPerEpoch,
      warmup: config.warmup ?? 0,
      minFactor: config.minLrFactor,
      stepSize: config.stepSize ?? Math.max(1, Math.ceil(epochs / 3)),
      gamma: config.gamma,
      milestones: config.milestones ?? [Math.ceil(epochs / 2), Math.ceil((epochs * 3) / 4)],
      power: config.power,
      restartMult: config.restartMult,
    });
  }

  /** Share of the peak rate at a step of the phase, counted from 0. */
  factor(step: number): number {
    return this.schedule(step) * this.plateau.factor;
  }

  /** Takes note of an epoch's validation loss. */
  endEpoch(valLoss: number): void {
    if (this.config.schedule !== 'plateau') return;
    const { gamma, plateauPatience: patience, minLrFactor: minFactor } = this.config;
    this.plateau = plateauStep(
      { gamma, patience, threshold: PLATEAU_THRESHOLD, minFactor },
      this.plateau,
      valLoss,
    );
  }
}
