import { SakerError } from '@saker/spec';
import { describe, expect, it } from 'vitest';
import { Task, TaskQueue } from './task.js';

const task = (): Task => new Task({ bytes: new Uint8Array(1) }, 1, false);

describe('TaskQueue', () => {
  it('is first in, first out, and forgets what is deleted from its middle', () => {
    const queue = new TaskQueue();
    const tasks = [task(), task(), task()];
    for (const one of tasks) queue.add(one);
    queue.delete(tasks[1]!);
    expect(queue.shift()).toBe(tasks[0]);
    expect(queue.shift()).toBe(tasks[2]);
    expect(queue.shift()).toBeUndefined();
  });
});

describe('Task', () => {
  it('settles once', async () => {
    const one = task();
    one.fail(new SakerError('E_TIMEOUT', { what: 'It', limit: 1 }));
    one.fail(new SakerError('E_INTERNAL', { detail: 'late' }));
    expect(one.settled).toBe(true);
    expect((await one.done).outcome).toMatchObject({ ok: false, error: { code: 'E_TIMEOUT' } });
  });
});
