import { expect, it } from 'vitest';
import { plot } from './plot.js';

it('draws a falling line with its ends and its marks', () => {
  expect(plot([3, 2, 1], { rows: 3, marks: [{ at: 1, sign: '^' }] }).split('\n')).toEqual([
    '3.00 |*',
    '     | *',
    '1.00 |  *',
    '     +-^-',
  ]);
});

it('averages what shares a column, and copes with flat curves and holes', () => {
  expect(plot([1, 3, 5, 7], { columns: 2, rows: 2 }).split('\n')).toEqual([
    '6.00 | *',
    '2.00 |*',
    '     +--',
  ]);
  expect(plot([2, 2], { rows: 2 }).split('\n')[0]).toBe('2.00 |**');
  expect(plot([1, Number.NaN, 2], { rows: 2 }).split('\n')).toEqual(['2.00 |  *', '1.00 |*', '     +---']);
});
