import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { matchLabels } from './match-labels.js';
import { summarize } from './summarize.js';

const timings = { seconds: 1, imagesPerSecond: 4, inferenceMs: 1, waitMs: 1 };
const rows = [[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], null, [0.05, 0.9, 0.05], [0.1, 0.1, 0.8]].map((row) =>
  row ? Float32Array.from(row) : null,
);
const samples = rows.map((_, i) => ({ path: `/d/${i}.png`, name: `${i}.png`, label: 0 }));
const failures = [{ index: 2, path: '/d/2.png', error: new SakerError('E_IMAGE_EMPTY', { file: '2.png' }) }];

describe('summarize', () => {
  const result = summarize(
    samples,
    [0, 1, 1, 2, 2],
    { probabilities: rows, failures, timings },
    ['a', 'b', 'c'],
    5,
  );

  it('counts only the pictures that were read', () => {
    expect(result.samples).toBe(4);
    expect(result.accuracy).toBe(0.5);
    expect(result.confusion).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ]);
    expect(result.failures).toBe(failures);
    expect(result.perClass[1]).toMatchObject({ label: 'b', support: 1, predicted: 1, f1: 0 });
  });

  it('lists the mistakes, the most confident first', () => {
    expect(result.mistakes.map((m) => [m.name, m.truth, m.predicted])).toEqual([
      ['3.png', 'c', 'b'],
      ['1.png', 'b', 'a'],
    ]);
    expect(result.mistakes[0]?.confidence).toBeCloseTo(0.9, 6);
    expect(result.mistakes[0]?.trueConfidence).toBeCloseTo(0.05, 6);
  });

  it('caps k at the number of labels', () => {
    expect(result.topK).toEqual({ k: 3, accuracy: 1 });
  });
});

describe('matchLabels', () => {
  const at = (label: number) => ({ path: `/d/${label}`, label });

  it('matches by name, whatever the order, and ignores classes without samples', () => {
    expect([...matchLabels([at(0), at(2)], ['b', 'unknown', 'a'], ['a', 'b'])]).toEqual([1, 0]);
  });

  it('takes indices as they are without names', () => {
    expect([...matchLabels([at(1), at(0)], undefined, ['a', 'b'])]).toEqual([1, 0]);
  });

  it('refuses labels that the model lacks', () => {
    const code = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as SakerError).code;
      }
    };
    expect(code(() => matchLabels([at(1)], ['a', 'x'], ['a', 'b']))).toBe('E_DATA_LABEL');
    expect(code(() => matchLabels([at(7)], ['a'], ['a', 'b']))).toBe('E_DATA_LABEL');
    expect(code(() => matchLabels([at(2)], undefined, ['a', 'b']))).toBe('E_DATA_LABEL');
    expect(code(() => matchLabels([at(-1)], undefined, ['a', 'b']))).toBe('E_DATA_LABEL');
  });
});
