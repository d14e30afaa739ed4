import { describe, expect, it } from 'vitest';
import { toHalf } from './half.js';

const half = (value: number): number => toHalf(Float32Array.of(value))[0] as number;

/** The number that 16 bits stand for. */
function meaning(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

describe('toHalf', () => {
  it('gives every finite binary16 number itself', () => {
    for (let bits = 0; bits < 0x10000; bits += 1) {
      if (((bits >> 10) & 31) === 31) continue;
      expect(half(meaning(bits))).toBe(bits === 0x8000 ? 0x8000 : bits);
    }
  });

  it.each([
    ['a tie goes to the even neighbour below', 1 + 2 ** -11, 0x3c00],
    ['a tie goes to the even neighbour above', 1 + 3 * 2 ** -11, 0x3c02],
    ['above a tie goes up', 1 + 2 ** -11 + 2 ** -20, 0x3c01],
    ['a carry moves into the exponent', 2 - 2 ** -12, 0x4000],
    ['the largest stays finite', 65519, 0x7bff],
    ['beyond it is infinity', 65520, 0x7c00],
    ['minus infinity stays', Number.NEGATIVE_INFINITY, 0xfc00],
    ['half of the smallest goes to zero', 2 ** -25, 0],
    ['three quarters of the smallest goes to it', 3 * 2 ** -26, 1],
    ['NaN stays NaN', Number.NaN, 0x7e00],
  ])('%s', (_, value, bits) => {
    expect(half(value)).toBe(bits);
  });
});
