import { describe, expect, it } from 'vitest';
import { betterSize, firstSize } from './sizing.js';

const GIB = 2 ** 30;
const machine = { cores: 8, memory: 32 * GIB };

describe('firstSize', () => {
  it('is a worker for each core, up to sixteen, with the cores left to each as threads', () => {
    expect(firstSize({}, 1e7, machine)).toEqual({ workers: 8, threads: 1 });
    expect(firstSize({}, 1e7, { cores: 64, memory: 256 * GIB })).toEqual({ workers: 16, threads: 4 });
  });

  it('is what was asked for; what was left open fits what was not', () => {
    expect(firstSize({ workers: 3, threads: 5 }, 1e7, machine)).toEqual({ workers: 3, threads: 5 });
    expect(firstSize({ workers: 2 }, 1e7, machine)).toEqual({ workers: 2, threads: 4 });
    expect(firstSize({ threads: 4 }, 1e7, machine)).toEqual({ workers: 2, threads: 4 });
    expect(firstSize({ threads: 20 }, 1e7, machine)).toEqual({ workers: 1, threads: 20 });
  });

  it('holds no more copies of a large model than half the memory takes', () => {
    expect(firstSize({}, GIB, machine)).toEqual({ workers: 5, threads: 1 });
    expect(firstSize({}, 20 * GIB, machine)).toEqual({ workers: 1, threads: 8 });
  });
});

describe('betterSize', () => {
  const first = { workers: 8, threads: 1 };

  it('leaves a model alone that is fast enough', () => {
    expect(betterSize(first, 99, 100, 8)).toBeNull();
  });

  it('gives slow models threads, and takes as many workers away', () => {
    expect(betterSize(first, 150, 100, 8)).toEqual({ workers: 4, threads: 2 });
    expect(betterSize(first, 300, 100, 8)).toEqual({ workers: 2, threads: 4 });
    expect(betterSize(first, 5_000, 100, 8)).toEqual({ workers: 1, threads: 8 });
    expect(betterSize({ workers: 5, threads: 1 }, 150, 100, 8)).toEqual({ workers: 4, threads: 2 });
  });

  it('never asks for more threads than there are cores', () => {
    expect(betterSize({ workers: 1, threads: 8 }, 5_000, 100, 8)).toBeNull();
    expect(betterSize({ workers: 1, threads: 1 }, 5_000, 100, 1)).toBeNull();
  });
});
