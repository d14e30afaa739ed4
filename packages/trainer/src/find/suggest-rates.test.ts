import { describe, expect, it } from 'vitest';
import { type LrPoint, suggestRates } from './suggest-rates.js';

const curve = (loss: (exponent: number) => number): LrPoint[] =>
  Array.from({ length: 81 }, (_, i) => {
    const exponent = -7 + i / 10;
    const value = loss(exponent);
    return { lr: 10 ** exponent, loss: value, smoothed: value };
  });

describe('suggestRates', () => {
  it('points into the slope of a flat, falling, exploding curve', () => {
    // Flat to 1e-4, falling to 1e-2, rising behind.
    const shape = (e: number) => (e < -4 ? 2.3 : e < -2 ? 2.3 - (e + 4) * 0.8 : 0.7 + (e + 2) * 3);
    const { valley, steep, minimum } = suggestRates(curve(shape));
    expect(Math.log10(valley!)).toBeGreaterThan(-3.6);
    expect(Math.log10(valley!)).toBeLessThan(-2.4);
    expect(Math.log10(steep!)).toBeGreaterThan(-4);
    expect(Math.log10(steep!)).toBeLessThan(-1.9);
    expect(minimum!).toBeCloseTo(1e-3, 5);
  });

  it('suggests nothing when the loss never falls', () => {
    const none = { valley: null, steep: null, minimum: null };
    expect(suggestRates(curve(() => 2.3))).toEqual(none);
    expect(suggestRates(curve((e) => e))).toEqual(none);
    expect(suggestRates([])).toEqual(none);
  });
});
