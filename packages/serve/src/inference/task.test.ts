import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { Task, TaskQueue } from './task.js';

const task = (id: number): Task => new Task(id, new Uint8Array(1), 1, false);

describe('TaskQueue', () => {
  it('is first in, first out, and forgets what is deleted from its middle', () => {
    const queue = new TaskQueue();
    const tasks = [task(1), task(2), task(3)];
    for (const one of tasks) queue.add(one);
    queue.delete(tasks[1]!);
    expect([queue.shift()?.id, queue.shift()?.id, queue.shift()]).toEqual([1, 3, undefined]);
  });
});

describe('Task', () => {
  it('settles once', async () => {
    const one = task(1);
    one.fail(new SakerError('E_TIMEOUT', { what: 'It', limit: 1 }));
    one.fail(new SakerError('E_INTERNAL', { detail: 'late' }));
    expect(one.settled).toBe(true);
    expect((await one.done).outcome).toMatchObject({ ok: false, error: { code: 'E_TIMEOUT' } });
  });
});
