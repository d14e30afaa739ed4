import { parseRunConfig } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { PhaseRate } from './phase-rate.js';

const rate = (more: object, epochs = 8): PhaseRate =>
  new PhaseRate(parseRunConfig({ model: 'm.onnx', data: 'd', warmup: 0, ...more }), epochs, 10);

describe('the rate of a phase', () => {
  it('drops at half and three quarters of the phase by default for multistep', () => {
    const multistep = rate({ schedule: 'multistep' });
    expect([0, 39, 40, 59, 60, 79].map((step) => multistep.factor(step))).toEqual([
      1,
      1,
      0.1,
      0.1,
      0.1 ** 2,
      0.1 ** 2,
    ]);
  });
});
