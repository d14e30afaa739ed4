import { Random } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { oneVsRest } from './one-vs-rest.js';

const COUNT = 80;
const WIDTH = 3;

/** Rows whose features have other scales, and a label that goes with the first two, but not always. */
function noisy(): { rows: Float32Array; labels: Uint8Array } {
  const random = new Random(7, 1);
  const draw = (): number => random.below(2001) / 1000 - 1;
  const rows = new Float32Array(COUNT * WIDTH);
  const labels = new Uint8Array(COUNT);
  for (let n = 0; n < COUNT; n++) {
    const x = [draw(), draw(), draw()];
    x.forEach((v, d) => {
      rows[n * WIDTH + d] = v * 10 ** d + d;
    });
    labels[n] = Number(2 * x[0]! - x[1]! + draw() > 0.3);
  }
  return { rows, labels };
}

/** Column d less its mean, over its standard deviation. */
function standardised(rows: Float32Array): number[][] {
  const columns = Array.from({ length: WIDTH }, (_, d) => {
    const column = Array.from({ length: COUNT }, (_, n) => rows[n * WIDTH + d]!);
    const mean = column.reduce((a, b) => a + b) / COUNT;
    const sd = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / COUNT);
    return column.map((v) => (v - mean) / sd);
  });
  return Array.from({ length: COUNT }, (_, n) => columns.map((column) => column[n]!));
}

describe('oneVsRest', () => {
  it('is at the minimum of each label: summed log loss and half the squared norm, the bias free', () => {
    const { rows, labels } = noisy();
    const other = labels.map((value, n) => (n % 5 === 0 ? 1 - value : value));
    const known = { rows, width: WIDTH };
    const probabilities = oneVsRest(known, [labels, other], known, { maxIterations: 500 });
    const x = standardised(rows);
    for (const [l, has] of [labels, other].entries()) {
      const pull = Array.from(has, (y, n) => y - probabilities[n]![l]!);
      expect(pull.reduce((a, b) => a + b)).toBeCloseTo(0, 3);
      // Where the gradient is zero the weights are the pulls of the rows; the scores must be those of these weights.
      const weights = Array.from({ length: WIDTH }, (_, d) =>
        pull.reduce((sum, p, n) => sum + p * x[n]![d]!, 0),
      );
      const bias = x.map((row, n) => {
        const p = probabilities[n]![l]!;
        return Math.log(p / (1 - p)) - row.reduce((sum, v, d) => sum + v * weights[d]!, 0);
      });
      expect(Math.max(...bias) - Math.min(...bias)).toBeLessThan(1e-3);
      expect(Math.abs(weights[0]!)).toBeGreaterThan(0.5);
    }
  });

  it('stays finite where every row has the label, and on constant features', () => {
    const known = { rows: Float32Array.of(1, 5, 2, 5, -1, 5, -2, 5), width: 2 };
    const [all, none] = [Uint8Array.of(1, 1, 1, 1), Uint8Array.of(0, 0, 0, 0)];
    const [row] = oneVsRest(known, [all, none], known, { maxIterations: 60 });
    expect(row![0]).toBeGreaterThan(0.99);
    expect(row![1]).toBeLessThan(0.01);
  });
});
