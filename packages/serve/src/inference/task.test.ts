import { SakerError } from '@saker/spec';
import { expect, it } from 'vitest';
import { Task } from './task.js';

it('a task settles once', async () => {
  const options = { topK: 1, probabilities: false, level: 1, expiresAt: Number.POSITIVE_INFINITY };
  const task = new Task({ chunks: [new Uint8Array(1)] }, options);
  task.fail(new SakerError('E_SHUTTING_DOWN'));
  task.fail(new SakerError('E_NOT_READY'));
  const { outcome, queueMs, batchSize } = await task.done;
  expect(outcome).toMatchObject({ ok: false, error: { code: 'E_SHUTTING_DOWN' } });
  expect(queueMs).toBeGreaterThanOrEqual(0);
  expect(batchSize).toBe(0);
});
