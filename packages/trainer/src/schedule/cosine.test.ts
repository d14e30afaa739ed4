import { describe, expect, it } from 'vitest';
import { cosineFactor } from './cosine.js';

describe('cosineFactor', () => {
  const schedule = { steps: 100, warmup: 0.1, minFactor: 0.01 };

  it('rises linearly to 1 over the warm-up, then falls to the minimum at the last step', () => {
    expect(cosineFactor(schedule, 0)).toBeCloseTo(0.1);
    expect(cosineFactor(schedule, 4)).toBeCloseTo(0.5);
    expect(cosineFactor(schedule, 9)).toBe(1);
    expect(cosineFactor(schedule, 10)).toBe(1);
    expect(cosineFactor(schedule, 99)).toBeCloseTo(0.01);
  });

  it('is halfway between peak and minimum halfway through the cosine', () => {
    const middle = 10 + 89 / 2;
    expect(cosineFactor(schedule, middle)).toBeCloseTo((1 + 0.01) / 2);
  });

  it('never rises after the warm-up and never leaves (0, 1]', () => {
    for (let step = 10; step < 99; step++) {
      expect(cosineFactor(schedule, step + 1)).toBeLessThanOrEqual(cosineFactor(schedule, step));
    }
    for (const steps of [1, 2, 3]) {
      for (let step = 0; step < steps; step++) {
        const factor = cosineFactor({ steps, warmup: 0.5, minFactor: 0 }, step);
        expect(factor >= 0 && factor <= 1).toBe(true);
      }
    }
  });

  it('stays at the minimum past the end', () => {
    expect(cosineFactor(schedule, 1000)).toBeCloseTo(0.01);
  });
});
