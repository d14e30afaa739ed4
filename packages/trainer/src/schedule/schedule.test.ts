import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PLATEAU_START, plateauStep } from './plateau.js';
import { makeSchedule, type ScheduleOptions } from './schedule.js';

/** What PyTorch's schedulers give; made by test/fixtures/make_schedules.py. */
const torch = JSON.parse(
  readFileSync(new URL('../../test/fixtures/schedules.json', import.meta.url), 'utf8'),
) as Record<'cosine' | 'onecycle' | 'step' | 'multistep' | 'polynomial' | 'restarts', number[]> & {
  plateau: { losses: number[]; factors: number[] };
};

const base: ScheduleOptions = {
  name: 'constant',
  steps: 30,
  stepsPerEpoch: 5,
  warmup: 0,
  minFactor: 0,
  stepSize: 2,
  gamma: 0.1,
  milestones: [1, 4],
  power: 2,
  restartMult: 2,
};
const rates = (more: Partial<ScheduleOptions>): number[] => {
  const schedule = makeSchedule({ ...base, ...more });
  return Array.from({ length: base.steps }, (_, step) => schedule(step));
};

describe('a schedule', () => {
  it.each([
    ['cosine', { minFactor: 0.01 }],
    ['onecycle', { warmup: 0.3 }],
    ['step', {}],
    ['multistep', { gamma: 0.3 }],
    ['polynomial', {}],
    ['restarts', { minFactor: 0.05 }],
  ] as const)('%s gives the rates of its twin in PyTorch', (name, more) => {
    rates({ name, ...more }).forEach((rate, step) => {
      expect(rate, `step ${step}`).toBeCloseTo(torch[name][step]!, 9);
    });
  });

  it('warms up linearly to the peak and never passes it', () => {
    for (const name of ['cosine', 'step', 'multistep', 'polynomial', 'constant', 'restarts'] as const) {
      const all = rates({ name, warmup: 0.2, milestones: [3], stepSize: 3 });
      expect(all.slice(0, 6), name).toEqual([1, 2, 3, 4, 5, 6].map((k) => k / 6));
      expect(Math.max(...all), name).toBe(1);
    }
  });

  it('stays within (0, 1] on phases of a few steps', () => {
    for (const name of ['cosine', 'onecycle', 'polynomial', 'restarts'] as const) {
      for (const steps of [1, 2, 3]) {
        const schedule = makeSchedule({ ...base, name, steps, stepsPerEpoch: 1, warmup: 0.3 });
        for (let step = 0; step < steps; step++) {
          const rate = schedule(step);
          expect(rate >= 0 && rate <= 1, `${name} ${step}/${steps}: ${rate}`).toBe(true);
        }
      }
    }
  });
});

describe('plateau', () => {
  it('drops when PyTorch does', () => {
    let state = PLATEAU_START;
    const options = { gamma: 0.2, patience: 2, threshold: 1e-4, minFactor: 0.01 };
    const factors = torch.plateau.losses.map((loss) => {
      state = plateauStep(options, state, loss);
      return state.factor;
    });
    factors.forEach((factor, epoch) => {
      expect(factor, `epoch ${epoch}`).toBeCloseTo(torch.plateau.factors[epoch]!, 12);
    });
  });
});
