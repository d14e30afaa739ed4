import { describe, expect, it } from 'vitest';
import { compareCodePoints, isHiddenName, isPictureName, splitOf } from './names.js';

describe('names', () => {
  it('sorts by code point, not by UTF-16 unit or locale', () => {
    const astral = String.fromCodePoint(0x1f600);
    const words = ['b', astral, '\uFF5E', 'a', 'B', '\u00e9', 'ab', ''];
    expect([...words].sort(compareCodePoints)).toEqual(['', 'B', 'a', 'ab', 'b', '\u00e9', '\uFF5E', astral]);
  });

  it('orders the same from either side', () => {
    const astral = String.fromCodePoint(0x1f600);
    expect(compareCodePoints(astral, '\uFF5E')).toBeGreaterThan(0);
    expect(compareCodePoints('\uFF5E', astral)).toBeLessThan(0);
  });

  it('knows pictures by their extension in any case', () => {
    expect(['a.jpg', 'b.PNG', 'c.d.JPeG'].every(isPictureName)).toBe(true);
    expect(['a', 'a.txt', '.jpg', 'jpg', 'a.jpg.bak'].some(isPictureName)).toBe(false);
  });

  it('knows split names, and not those of Object', () => {
    expect(['train', 'VAL', ' validation ', 'test'].map(splitOf)).toEqual(['train', 'val', 'val', 'test']);
    expect(['dev', 'constructor', '__proto__', ''].map(splitOf)).toEqual([null, null, null, null]);
  });

  it('knows hidden names', () => {
    expect(['.x', '__MACOSX', 'x.', 'x'].map(isHiddenName)).toEqual([true, true, false, false]);
  });
});
