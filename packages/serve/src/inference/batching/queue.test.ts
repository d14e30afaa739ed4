import { describe, expect, it } from 'vitest';
import { Task } from '../task.js';
import { type BatchingInput, batchingSchema } from './options.js';
import { TaskQueue } from './queue.js';

const NEVER = Number.POSITIVE_INFINITY;
const task = (level = 1, expiresAt = NEVER): Task =>
  new Task({ chunks: [new Uint8Array(1)] }, { topK: 1, probabilities: false, level, expiresAt });
const queue = (options: BatchingInput = {}): TaskQueue => new TaskQueue(batchingSchema.parse(options));
const later = (): number => performance.now() + 1000;

describe('TaskQueue', () => {
  it('is first in, first out, and forgets what is deleted from its middle', () => {
    const line = queue();
    const [a, b, c] = [task(), task(), task()];
    for (const one of [a, b, c]) line.add(one);
    line.delete(b);
    line.delete(b);
    expect(line.size).toBe(2);
    expect(line.take(5, later())).toEqual([a, c]);
    expect(line.size).toBe(0);
  });

  it('gives the most urgent level first, and the middle one to who names none', () => {
    const line = queue({ priority_levels: 3 });
    expect([line.levelOf(), line.levelOf(1), line.levelOf(3), line.levelOf(4)]).toEqual([2, 1, 3, 2]);
    expect(queue({ priority_levels: 3, default_priority_level: 3 }).levelOf()).toBe(3);
    const [low, middle, high] = [task(3), task(2), task(1)];
    for (const one of [low, middle, high]) line.add(one);
    expect(line.take(2, later())).toEqual([high, middle]);
    expect(line.take(2, later())).toEqual([low]);
  });

  it('refuses with E_TIMEOUT what waited too long, where the action is REJECT', async () => {
    const line = queue();
    const [late, other] = [task(1, 5), task()];
    line.add(late);
    line.add(other);
    expect(line.take(5, later())).toEqual([other]);
    expect((await late.done).outcome).toMatchObject({ ok: false, error: { code: 'E_TIMEOUT' } });
    expect(line.size).toBe(0);
  });

  it('puts it behind all that have not, where the action is DELAY', () => {
    const line = queue({
      priority_levels: 2,
      default_queue_policy: { timeout_action: 'DELAY' },
    });
    const [late, high, low] = [task(1, 5), task(1), task(2)];
    for (const one of [late, high, low]) line.add(one);
    expect(line.take(3, later())).toEqual([high, low, late]);
  });

  it('takes timeouts and sizes from the policy of the level', () => {
    const line = queue({
      priority_levels: 2,
      default_queue_policy: { default_timeout_microseconds: 2_000, max_queue_size: 1 },
      priority_queue_policy: {
        2: { default_timeout_microseconds: 9_000, allow_timeout_override: false },
      },
    });
    expect([line.timeoutMs(1), line.timeoutMs(1, 1), line.timeoutMs(1, 5), line.timeoutMs(2, 1)]).toEqual([
      2, 1, 2, 9,
    ]);
    line.add(task(1));
    expect([line.hasRoom(1, 1), line.hasRoom(2, 100)]).toEqual([false, true]);
  });

  it('gives what a worker lost first, and alone', () => {
    const line = queue();
    const [a, b] = [task(), task()];
    line.add(a);
    line.putBack(b);
    expect(line.oldestAt).toBe(0);
    expect(line.take(5, later())).toEqual([b]);
    line.putBack(b);
    line.delete(b);
    expect(line.take(5, later())).toEqual([a]);
  });
});
