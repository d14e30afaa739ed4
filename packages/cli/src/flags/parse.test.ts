import type { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { decimal, integer, perChannel, text } from './parse.js';

const refusal = (parse: (input: string) => unknown, input: string): string => {
  try {
    parse(input);
  } catch (error) {
    return `${(error as SakerError).code} ${(error as SakerError).message}`;
  }
  return 'accepted';
};

describe('integer', () => {
  const parse = integer('--epochs', { min: 0, max: 9 });

  it('takes whole numbers up to both ends of the range', () => {
    expect(parse('0')).toBe(0);
    expect(parse('9')).toBe(9);
  });

  it.each(['-1', '10', '1.5', '1e2', 'ten', '', 'NaN', 'Infinity', '0x5'])(
    'refuses %j with the flag in the sentence',
    (input) => {
      expect(refusal(parse, input)).toMatch(
        /^E_ARG_INVALID Expected a whole number from 0 to 9 for --epochs, received /,
      );
    },
  );

  it('says what an open range asks for', () => {
    expect(refusal(integer('--top-k', { min: 1 }), '0')).toContain('a whole number of at least 1');
  });
});

describe('decimal', () => {
  const parse = decimal('--lr', { min: 0, above: true });

  it('takes decimals and exponents', () => {
    expect(parse('0.01')).toBe(0.01);
    expect(parse('1e-3')).toBe(0.001);
  });

  it.each(['0', '-1', '', ' ', 'abc', 'NaN', 'Infinity'])('refuses %j', (input) => {
    expect(refusal(parse, input)).toMatch(/^E_ARG_INVALID Expected a number above 0 for --lr, received /);
  });
});

describe('perChannel', () => {
  it('takes one number, or three joined by commas', () => {
    expect(perChannel('--mean')('0.5')).toEqual([0.5]);
    expect(perChannel('--mean')('0.485, 0.456,-1')).toEqual([0.485, 0.456, -1]);
  });

  it.each(['1,2', '1,2,3,4', '1,,3', '', 'a,b,c', '1;2;3'])('refuses %j', (input) => {
    expect(refusal(perChannel('--mean'), input)).toMatch(
      /^E_ARG_INVALID Expected 1 or 3 numbers, joined by commas, for --mean, received /,
    );
  });

  it('refuses a standard deviation of zero', () => {
    expect(refusal(perChannel('--std', { min: 0, above: true }), '0.2,0,0.2')).toContain('above 0');
  });
});

describe('text', () => {
  it('refuses the empty text only', () => {
    expect(text('--out', 'a path')('x')).toBe('x');
    expect(refusal(text('--out', 'a path'), '')).toBe(
      'E_ARG_INVALID Expected a path for --out, received nothing.',
    );
  });
});
