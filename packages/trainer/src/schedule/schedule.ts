/**
 * Learning-rate schedules by the names of torch.optim.lr_scheduler. A schedule is a pure function of the optimiser step,
 * so that a run can start anywhere; only `plateau` needs what validation said and lives in plateau.ts.
 */
import type { RunConfig } from '@saker/spec';
import { cosineFactor } from './cosine.js';

/** What every schedule is told about its phase. */
export interface ScheduleOptions {
  readonly name: RunConfig['schedule'];
  /** Optimiser steps of the phase, and of one epoch of it. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Share of the steps that warm up linearly, 0..0.9; `onecycle`: its rising part. */
  readonly warmup: number;
  /** Factor at the end of `cosine`, `polynomial` and of each restart. */
  readonly minFactor: number;
  /** `step`: epochs between two drops; `restarts`: epochs of the first cycle. */
  readonly stepSize: number;
  /** `step`, `multistep`: what a drop multiplies by. */
  readonly gamma: number;
  /** `multistep`: epochs, counted from 0, that begin with a drop. */
  readonly milestones: readonly number[];
  /** `polynomial`: its power. */
  readonly power: number;
  /** `restarts`: each cycle is this many times as long as the one before it. */
  readonly restartMult: number;
}

/** Factor 0..1 of the peak learning rate at a step of the phase, counted from 0. */
export type Schedule = (step: number) => number;

/** Share of [0, 1] between `from` and `to` on half a cosine. */
const anneal = (from: number, to: number, share: number): number =>
  to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share));

/** Smith and Topin 2017 as in PyTorch's OneCycleLR: starts at 1/25, ends at 1/25/10,000 of the peak. */
function oneCycle({ steps, warmup }: ScheduleOptions): Schedule {
  const start = 1 / 25;
  const top = Math.max(1, warmup * steps - 1);
  return (step) => {
    if (step <= top) return anneal(start, 1, step / top);
    const share = Math.min(1, (step - top) / Math.max(1, steps - 1 - top));
    return anneal(1, start / 1e4, share);
  };
}

/** Cosine annealing with warm restarts (Loshchilov and Hutter, SGDR, ICLR 2017). */
function restarts({ stepsPerEpoch, stepSize, restartMult, minFactor }: ScheduleOptions): Schedule {
  return (step) => {
    let length = stepSize * stepsPerEpoch;
    let at = step;
    while (at >= length) {
      at -= length;
      length *= restartMult;
    }
    return anneal(1, minFactor, at / length);
  };
}

/** Runs `after` behind a linear warm-up; it counts its steps from the end of the warm-up. */
function warmed(o: ScheduleOptions, after: (step: number, warm: number) => number): Schedule {
  const warm = Math.round(o.steps * o.warmup);
  return (step) => (step < warm ? (step + 1) / warm : after(step, warm));
}

/** The schedule that `options.name` names. */
export function makeSchedule(options: ScheduleOptions): Schedule {
  const o = options;
  const epochOf = (step: number): number => Math.floor(step / o.stepsPerEpoch);
  switch (o.name) {
    case 'cosine':
      return (step) => cosineFactor(o, step);
    case 'onecycle':
      return oneCycle(o);
    case 'restarts':
      return warmed(o, (step, warm) => restarts(o)(step - warm));
    case 'step':
      return warmed(o, (step) => o.gamma ** Math.floor(epochOf(step) / o.stepSize));
    case 'multistep':
      return warmed(o, (step) => o.gamma ** o.milestones.filter((m) => epochOf(step) >= m).length);
    case 'polynomial':
      return warmed(o, (step, warm) => {
        const share = Math.min(1, (step - warm) / Math.max(1, o.steps - 1 - warm));
        return o.minFactor + (1 - o.minFactor) * (1 - share) ** o.power;
      });
    case 'constant':
    case 'plateau':
      return warmed(o, () => 1);
  }
}
