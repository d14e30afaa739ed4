/**
 * Cosine annealing with linear warm-up (Loshchilov and Hutter, SGDR, ICLR 2017; warm-up as Goyal et al. 2017).
 * A schedule is a pure function of the step, so that a run can start anywhere.
 */
export interface CosineSchedule {
  /** Optimiser steps of the phase. */
  readonly steps: number;
  /** Share of the steps that warm up, 0..0.9. */
  readonly warmup: number;
  /** Factor at the end. */
  readonly minFactor: number;
}

/** Learning-rate factor (0..1] of step `step`, counted from 0. */
export function cosineFactor(schedule: CosineSchedule, step: number): number {
  const warm = Math.round(schedule.steps * schedule.warmup);
  if (step < warm) return (step + 1) / warm;
  const span = Math.max(1, schedule.steps - 1 - warm);
  const progress = Math.min(1, (step - warm) / span);
  return schedule.minFactor + (1 - schedule.minFactor) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
