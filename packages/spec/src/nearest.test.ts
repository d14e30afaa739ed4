import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['resnet18', 'resnet18', 0],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  const names = ['resnet18', 'mobilenet_v2', 'small_cnn'];

  it('finds a mistyped name whatever its case and punctuation', () => {
    expect(nearest('MobileNet-V2', names)).toBe('mobilenet_v2');
    expect(nearest('smalcnn', names)).toBe('small_cnn');
  });

  it('suggests nothing for a name unlike any', () => {
    expect(nearest('x', names)).toBeNull();
    expect(nearest('transformer', names)).toBeNull();
  });
});
