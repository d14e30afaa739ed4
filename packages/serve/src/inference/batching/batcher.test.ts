import { describe, expect, it } from 'vitest';
import { Batcher } from './batcher.js';
import { type BatchingInput, batchingSchema } from './options.js';

const batcher = (batching: BatchingInput = {}, maxBatchSize?: number, targetP99Ms?: number): Batcher =>
  new Batcher({ batching: batchingSchema.parse(batching), maxBatchSize, targetP99Ms });

/** Runs full batches of a network whose batch of n takes `cost(n)`. */
function run(one: Batcher, cost: (size: number) => number, rounds = 5_000): void {
  for (let i = 0; i < rounds; i++) {
    const size = one.size(64, 1, 1000);
    one.ran(size, cost(size));
  }
}

describe('a batcher with max_batch_size', () => {
  it('takes what is there when nothing tells it to wait', () => {
    const one = batcher({}, 8);
    expect([one.size(3, 1, 0), one.size(20, 1, 0)]).toEqual([3, 8]);
  });

  it("leaves the other workers' parts to them", () => {
    const one = batcher({}, 8);
    expect([1, 3, 4, 8, 40].map((waiting) => one.size(waiting, 2, 0))).toEqual([1, 1, 2, 4, 8]);
  });

  it('waits for more until the first has waited max_queue_delay_microseconds', () => {
    const one = batcher({ max_queue_delay_microseconds: 5_000 }, 8);
    expect([one.size(3, 1, 4.9), one.size(3, 1, 5), one.size(8, 1, 0)]).toEqual([0, 3, 8]);
    expect(one.delayLeftMs(2)).toBe(3);
  });

  it('runs preferred sizes at once, and others when the delay is over', () => {
    const one = batcher({ preferred_batch_size: [4, 6], max_queue_delay_microseconds: 5_000 }, 8);
    expect([one.size(5, 1, 0), one.size(7, 1, 0), one.size(3, 1, 0), one.size(3, 1, 6)]).toEqual([
      4, 6, 0, 3,
    ]);
  });
});

describe('the cost of an item', () => {
  it('is trusted after 16 batches, in which a slow first one weighs little', () => {
    const one = batcher({}, 1);
    for (let i = 0; i < 16; i++) {
      expect(one.settled).toBe(false);
      one.ran(1, i === 0 ? 500 : 10);
    }
    expect(one.settled).toBe(true);
    expect(one.itemMs).toBeLessThan(25);
  });

  it('follows what changes later', () => {
    const one = batcher({}, 1);
    for (let i = 0; i < 100; i++) one.ran(1, i < 50 ? 10 : 30);
    expect(one.itemMs).toBeCloseTo(30, 2);
  });
});

describe('a batcher that finds its size', () => {
  it('stays at 1 where batches make nothing cheaper', () => {
    const one = batcher();
    run(one, (size) => 10 * size);
    expect(one.maxBatchSize).toBe(1);
    expect(one.itemMs).toBe(10);
  });

  it('grows where they do, and stops where they cease to', () => {
    const one = batcher();
    run(one, (size) => 10 + 2 * size + (size > 8 ? 10 * size : 0));
    expect(one.maxBatchSize).toBe(8);
  });

  it('does not try batches that would take half of the target', () => {
    const one = batcher({}, undefined, 50);
    run(one, (size) => 10 + size);
    expect(one.maxBatchSize).toBe(4);
    const free = batcher();
    run(free, (size) => 10 + size);
    expect(free.maxBatchSize).toBe(16);
  });

  it('lets requests wait less while the 99th percentile is over the target, and more when it is under', () => {
    const one = batcher({}, undefined, 100);
    const before = one.longestWaitMs;
    for (let i = 0; i < 200; i++) one.answered(i < 190 ? 50 : 150);
    const after = one.longestWaitMs;
    expect(after).toBeLessThan(before);
    for (let i = 0; i < 200; i++) one.answered(50);
    expect(one.longestWaitMs).toBeGreaterThan(after);
    expect(batcher().longestWaitMs).toBe(Number.POSITIVE_INFINITY);
  });
});
