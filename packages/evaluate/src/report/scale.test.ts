import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, count, figure, visible } from './format.js';
import { linearScale, wholeTicks } from './scale.js';

describe('linearScale', () => {
  it('keeps every value inside its range, on few round ticks', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, (data) => {
        const { at, ticks } = linearScale(data, [200, 10]);
        for (const v of data) {
          expect(at(v)).toBeGreaterThanOrEqual(10 - 1e-3);
          expect(at(v)).toBeLessThanOrEqual(200 + 1e-3);
        }
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('gives a constant some room, within hard limits', () => {
    expect(linearScale([1, 1], [0, 1], 4, [0, 1]).ticks.at(-1)).toBe(1);
    expect(linearScale([0], [0, 1]).ticks.length).toBeGreaterThan(1);
    expect(linearScale([Number.NaN], [0, 1]).ticks).toContain(0);
  });

  it('puts whole ticks inside', () => {
    expect(wholeTicks(0, 0, 7)).toEqual([0]);
    expect(wholeTicks(0, 4, 7)).toEqual([0, 1, 2, 3, 4]);
    expect(wholeTicks(0, 89, 7)).toEqual([0, 20, 40, 60, 80]);
  });
});

describe('format', () => {
  it('groups counts, shortens figures and marks what is not a number', () => {
    expect([count(12345), count(999), figure(0.123456, 3), figure(0.00002), figure(Number.NaN)]).toEqual([
      '12\u202f345',
      '999',
      '0.123',
      '2e-5',
      '\u2013',
    ]);
  });

  it('spells out what could disguise a name, and leaves letters of all scripts alone', () => {
    expect(visible('a\u202egpj.exe\n\ud800')).toBe('a\\u202egpj.exe\\u000a\\ud800');
    expect(visible('\u00e9\u4e2d \u{1f600}.jpg')).toBe('\u00e9\u4e2d \u{1f600}.jpg');
  });

  it('clips at either end by characters', () => {
    expect([clip('abcdef', 4), clip('abcdef', 4, 'start'), clip('abc', 4)]).toEqual([
      'abc\u2026',
      '\u2026def',
      'abc',
    ]);
  });
});
