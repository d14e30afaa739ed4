import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SakerError } from '@saker/spec';
import { type Callback, fit } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeShapes } from './pictures.js';

vi.setConfig({ testTimeout: 60_000 });

let root: string;
let run: { model: string; data: string; batchSize: number; size: number; seed: number; threads: number };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-diverged-'));
  const data = join(root, 'shapes');
  await writeShapes(data, 20);
  run = { model: 'small_cnn', data, batchSize: 8, size: 32, seed: 3, threads: 1 };
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function diverge(name: string, config: object, callbacks: Callback[] = []): Promise<SakerError> {
  const out = join(root, `${name}.onnx`);
  const error = await fit({ ...run, out, epochs: 3, ...config }, { callbacks }).then(
    () => expect.unreachable('the run did not diverge'),
    (thrown: SakerError) => thrown,
  );
  expect(error.code).toBe('E_TRAIN_DIVERGED');
  return error;
}

/** Puts a value into a weight after the step of that number. */
const poison = (step: number, weight: string, value: number): Callback => ({
  name: 'poison',
  async onStepEnd(_event, { model, globalStep }) {
    if (globalStep !== step) return;
    const tensor = (await model.readTensors([weight]))[weight]!;
    tensor.data[0] = value;
    await model.writeTensors({ [weight]: tensor });
  },
});

describe('a run whose loss stops being a number', () => {
  it('names step, learning rate, layer and pictures when the rate is far too high', async () => {
    const error = await diverge('rate', { lr: 1e30, clipGradNorm: null, warmup: 0 });
    expect(error.message).toMatch(/at step \d+, learning rate [\d.]+e\+\d\d; /);
    expect(error.message).toMatch(/the output of \w+ '[^']+' is the first that is not finite/);
    expect(error.message).toMatch(/the batch held .*\.(png|jpg)/);
    expect(error.hint).toMatch(/Lower --lr .* --lr is [\d.]+e\+\d\d/);
    expect(error.params.samples).toMatch(/^\d+(,\d+){7}$/);
    expect(String(error.params.pictures).split('\n')).toHaveLength(8);
    const lines = (await readFile(join(root, 'rate.train.jsonl'), 'utf8')).trim().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      type: 'error',
      error: { code: 'E_TRAIN_DIVERGED', params: { samples: error.params.samples } },
    });
  });

  it('names a weight that is not finite before the step', async () => {
    const error = await diverge('weight', {}, [poison(2, 'fc.weight', Number.NaN)]);
    expect(error.message).toContain('the weights fc.weight were not finite before the step');
    expect(error.hint).toMatch(/another model file or checkpoint/);
  });

  it('keeps the best epoch that was validated before', async () => {
    // Four steps an epoch: the second epoch breaks.
    await diverge('kept', {}, [poison(6, 'fc.weight', Number.POSITIVE_INFINITY)]);
    const { readMetadata, readModel } = await import('@saker/graph');
    expect(readMetadata(readModel(join(root, 'kept.onnx')))?.provenance?.metrics).toMatchObject({ epoch: 1 });
  });

  it('names pictures whose pixels are not finite', async () => {
    const error = await diverge('pixels', { std: [1e-45], size: 32 });
    expect(error.message).toMatch(/the pixels of .*\.(png|jpg).* are not finite/);
    expect(error.hint).toContain('--mean and --std');
  });
});
