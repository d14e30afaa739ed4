import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torchCapabilities } from '@saker/core-native/autograd';
import { fit } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-engine-'));
  data = join(root, 'shapes');
  await writeShapes(data, 30);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = (name: string, more: object) => ({
  model: 'resnet8',
  data,
  out: join(root, `${name}.onnx`),
  epochs: 2,
  batchSize: 8,
  size: 32,
  seed: 3,
  threads: 1,
  ...more,
});

describe("the engine's options of a run", () => {
  it('accumulate updates after every N batches and after the last of an epoch', async () => {
    const updates: boolean[] = [];
    const onEvent = (event: { type: string; gradNorm?: number }) => {
      if (event.type === 'step') updates.push(event.gradNorm! > 0);
    };
    await fit(run('accumulate', { accumulate: 4 }), { onEvent });
    // 48 pictures to train on: 6 batches an epoch.
    expect(updates).toEqual([false, false, false, true, false, true, false, false, false, true, false, true]);
  });

  it('gradient checkpointing changes nothing of the result', async () => {
    const kept = await fit(run('kept', {}));
    const recomputed = await fit(run('recomputed', { gradCheckpointing: true }));
    const losses = (result: typeof kept) => result.history.map((e) => [e.trainLoss, e.valLoss]);
    expect(losses(recomputed)).toEqual(losses(kept));
  });

  it('dropPath reaches the branches of a residual network and refuses one without', async () => {
    const plain = await fit(run('plain', {}));
    const dropped = await fit(run('dropped', { dropPath: 0.5 }));
    expect(dropped.history[0]!.trainLoss).not.toBe(plain.history[0]!.trainLoss);
    const without = run('without', { model: 'small_cnn', dropPath: 0.1 });
    await expect(fit(without)).rejects.toMatchObject({ code: 'E_ARG_INVALID', params: { name: 'dropPath' } });
  });

  it.skipIf(torchCapabilities().cudaBuilt)(
    'a CUDA device is refused by a libtorch without CUDA',
    async () => {
      for (const device of ['cuda', 'cuda:1'])
        await expect(fit(run('cuda', { device }))).rejects.toMatchObject({
          code: 'E_CUDA_NOT_BUILT',
          hint: expect.stringContaining('LIBTORCH'),
        });
    },
  );

  it('a device of another name is refused, and a numbered one where each process has its own', async () => {
    await expect(fit(run('tpu', { device: 'tpu' }))).rejects.toMatchObject({
      code: 'E_CONFIG_INVALID',
      message: expect.stringContaining('cpu, cuda or cuda:N'),
    });
    const place = { rank: 0, worldSize: 2, localRank: 0, localWorldSize: 2, masterAddr: '', masterPort: 0 };
    await expect(fit(run('two', { device: 'cuda:1' }), { place })).rejects.toMatchObject({
      code: 'E_ARG_INVALID',
      params: { name: 'device', received: 'cuda:1' },
    });
  });

  it('fp16 is refused on the CPU', async () => {
    await expect(fit(run('fp16', { amp: 'fp16' }))).rejects.toMatchObject({
      code: 'E_ENGINE_ARGUMENT',
      message: expect.stringContaining('CUDA'),
    });
  });
});
