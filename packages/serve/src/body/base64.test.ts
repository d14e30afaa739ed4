import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.js';

describe('decodeBase64', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), (bytes) => {
        const decoded = decodeBase64(Buffer.from(bytes).toString('base64'), 'image');
        expect(Buffer.compare(decoded, bytes)).toBe(0);
      }),
    );
  });

  it('takes a data: URI', () => {
    expect(Buffer.from(decodeBase64('data:image/png;base64,aGk=', 'image')).toString()).toBe('hi');
    expect(Buffer.from(decodeBase64('data:image/png;charset=utf-8;base64,aGk=', 'x')).toString()).toBe('hi');
  });

  it.each([
    'a',
    'ab',
    'abc',
    'ab c',
    'ab-_',
    'a===',
    '====',
    'aGl=',
    'aGk=aGk=',
    'data:,x',
    'data:;base64;aGk=',
  ])('refuses %s', (text) => {
    expect(() => decodeBase64(text, 'image')).toThrow(/image is/);
  });

  it('takes megabytes, good or bad, without a stack overflow', () => {
    const good = 'AAAA'.repeat(5_000_000);
    expect(decodeBase64(good, 'image')).toHaveLength(15_000_000);
    expect(() => decodeBase64(`${good}AA*A`, 'image')).toThrow(/not base64/);
  });
});
