import { expect, it } from 'vitest';
import { duration } from './duration.js';

it('writes durations in the largest units that matter', () => {
  expect([0.25, 42.4, 119.7, 185, 3720, Number.POSITIVE_INFINITY].map(duration)).toEqual([
    '0.3 s',
    '42 s',
    '2 min 0 s',
    '3 min 5 s',
    '1 h 2 min',
    '-',
  ]);
});
