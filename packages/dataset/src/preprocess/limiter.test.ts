import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { limiter } from './limiter.js';

it('runs at most so many at once, all of them, in order, whether or not one fails', async () => {
  const inTurn = limiter(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const tasks = Array.from({ length: 10 }, (_, i) =>
    inTurn(async () => {
      begun.push(i);
      running += 1;
      most = Math.max(most, running);
      await sleep(2);
      running -= 1;
      if (i === 4) throw new Error('four');
      return i;
    }),
  );
  const results = await Promise.allSettled(tasks);
  expect(most).toBe(3);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});
