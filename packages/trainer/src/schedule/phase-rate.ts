/** The learning rate of one phase. */
import type { RunConfig } from '@saker/spec';
import { makeSchedule, type Schedule } from './schedule.js';

export class PhaseRate {
  private readonly schedule: Schedule;

  constructor(config: RunConfig, epochs: number, stepsPerEpoch: number) {
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
    return this.schedule(step);
  }
}
