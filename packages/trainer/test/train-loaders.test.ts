import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Callback, fit } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-pixels-'));
  data = join(root, 'shapes');
  await writeShapes(data, 20);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const base = () => ({ model: 'small_cnn', data, batchSize: 8, seed: 3, threads: 1, patience: null });

/** What the network was trained on in each epoch, as its calls saw it. */
async function seen(config: object): Promise<{ sides: number[]; mixed: boolean[] }> {
  const sides = new Map<number, number>();
  const mixed = new Map<number, boolean>();
  const watch: Callback = {
    name: 'watch',
    onRunStart(_event, context) {
      const { model } = context;
      const trainStep = model.trainStep.bind(model);
      model.trainStep = (step, options) => {
        const batch = step.input as { shape: number[]; targets?: Float32Array };
        sides.set(context.epoch, batch.shape[2]!);
        mixed.set(context.epoch, batch.targets !== undefined);
        return trainStep(step, options);
      };
    },
  };
  await fit({ ...base(), out: join(root, 'm.onnx'), ...config } as never, { callbacks: [watch] });
  return { sides: [...sides.values()], mixed: [...mixed.values()] };
}

describe('training pictures over the epochs', () => {
  it('grow from a share of the side to all of it', async () => {
    const { sides } = await seen({ size: 64, epochs: 5, progressive: 0.5 });
    expect(sides).toEqual([32, 40, 48, 56, 64]);
  });

  it('are mixed until the last epochs', async () => {
    const { mixed } = await seen({ size: 32, epochs: 3, mixup: 0.4, mixOffEpochs: 1 });
    expect(mixed).toEqual([true, true, false]);
  });
});
