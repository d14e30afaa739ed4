import { describe, expect, it } from 'vitest';
import { philox4x32, Random } from './random.js';

const hex = (words: readonly number[]) => words.map((w) => w.toString(16).padStart(8, '0')).join(' ');

describe('philox4x32', () => {
  it('gives the known answers of Random123', () => {
    const ones = 0xffffffff;
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(hex(philox4x32([ones, ones, ones, ones], [ones, ones]))).toBe(
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    );
    expect(hex(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });
});

describe('Random', () => {
  it('repeats itself for one seed and stream, and differs between streams', () => {
    const draw = (seed: number, stream: number) =>
      Array.from(
        { length: 8 },
        (
          (r) => () =>
            r.word()
        )(new Random(seed, stream)),
      );
    expect(draw(7, 1)).toEqual(draw(7, 1));
    expect(draw(7, 1)).not.toEqual(draw(7, 2));
    expect(draw(7, 1)).not.toEqual(draw(8, 1));
  });

  it('draws uniforms in [0, 1) and normals with mean 0 and variance 1', () => {
    const random = new Random(3);
    const n = 20_000;
    let mean = 0;
    let square = 0;
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      const z = random.normal();
      mean += z / n;
      square += (z * z) / n;
    }
    // Five standard errors: 5 / sqrt(n) for the mean, 5 * sqrt(2 / n) for the variance.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });

  it('draws every whole number below n about equally often', () => {
    const random = new Random(5);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i++) counts[random.below(7)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
  });

  it('shuffles without losing or repeating anything', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const shuffled = new Random(1).shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});
