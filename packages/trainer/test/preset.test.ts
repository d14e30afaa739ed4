import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fit, type TrainEvent } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-preset-'));
  data = join(root, 'shapes');
  await writeShapes(data, 40);
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function epochsOf(more: object): Promise<number> {
  let planned = 0;
  const onEvent = (event: TrainEvent): void => {
    if (event.type === 'run-start') planned = event.epochs;
  };
  const run = { data, model: 'small_cnn', size: 32, threads: 1, baseline: false, out: join(root, 'm.onnx') };
  await fit({ ...run, ...more }, { onEvent });
  return planned;
}

describe('a preset', () => {
  it('decides the epochs', async () => {
    expect(await epochsOf({ preset: 'fast' })).toBe(3);
  });

  it('plans as many epochs as fit the time budget, down to one', async () => {
    expect(await epochsOf({ preset: 'best', timeBudget: 0.001 })).toBe(1);
    expect(await epochsOf({ preset: 'fast', timeBudget: 3600 })).toBe(3);
  });

  it('leaves epochs alone that the user chose', async () => {
    expect(await epochsOf({ preset: 'best', timeBudget: 0.001, epochs: 2 })).toBe(2);
  });
});
