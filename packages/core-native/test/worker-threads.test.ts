import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { compilePipeline } from '@saker/core-native';
import { evalPipeline } from '@saker/spec';
import { afterAll, expect, test } from 'vitest';
import { pictureFolder } from './fixtures/pictures.js';

const { files, remove } = pictureFolder(16);
afterAll(remove);

const worker = fileURLToPath(new URL('./fixtures/worker.mjs', import.meta.url));

test('worker threads give the pixels of the main thread', async () => {
  const pipeline = compilePipeline(evalPipeline({ size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }));
  const want = (await pipeline.runBatch(files)).data;
  const workers = [0, 1, 2].map(() => new Worker(worker, { workerData: { files, mode: 'run' } }));
  const answers = await Promise.all(workers.map((w) => once(w, 'message')));
  for (const [{ data, epoch, code }] of answers) {
    expect(data).toEqual(want);
    expect(epoch).toEqual(want);
    expect(code).toBe('E_FILE_NOT_FOUND');
  }
  await Promise.all(workers.map((w) => w.terminate()));
});

test('a worker may end while calls and a loader are running', async () => {
  for (let i = 0; i < 6; i++) {
    const w = new Worker(worker, { workerData: { files, mode: 'busy' } });
    await once(w, 'message');
    await w.terminate();
  }
});

test('a process may end while calls and a loader are running', () => {
  const { status, stderr } = spawnSync(process.execPath, [worker, 'exit', ...files], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(3);
});

test('an idle loader does not keep the process alive', () => {
  const { status, signal } = spawnSync(process.execPath, [worker, 'idle', ...files], { timeout: 30_000 });
  expect([status, signal]).toEqual([0, null]);
});
