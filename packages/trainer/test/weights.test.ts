import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel, readModel, readTensor, writeModel } from '@saker/graph';
import { fit, type TrainEvent } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let run: { data: string; model: string; size: number; threads: number; baseline: boolean };
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-weights-'));
  await writeShapes(join(root, 'shapes'), 20);
  run = { data: join(root, 'shapes'), model: 'resnet8', size: 32, threads: 1, baseline: false };
});
afterAll(() => rm(root, { recursive: true, force: true }));

const tensorOf = (file: string, name: string): number[] => [
  ...(readTensor(readModel(file).initializer(name)!).data as Uint8Array),
];

describe('weights of a zoo model from a file', () => {
  it('are fine-tuned by default, and a classifier of other classes starts new', async () => {
    const weights = join(root, 'thousand.onnx');
    await writeFile(weights, writeModel(buildModel('resnet8', { numClasses: 7, size: 32, seed: 5 })));
    const out = join(root, 'tuned.onnx');
    const notes: string[] = [];
    let recipe = '';
    const onEvent = (event: TrainEvent): void => {
      if (event.type === 'note') notes.push(event.message);
      if (event.type === 'run-start') recipe = event.config.recipe;
    };
    await fit({ ...run, weights, out, epochs: 0, headEpochs: 1, soup: false }, { onEvent });
    expect(recipe).toBe('fine-tune');
    expect(notes.join()).toContain('the file has 7 classes');
    // Only the head was trained: the backbone is the file's.
    expect(tensorOf(out, 'conv1.weight')).toEqual(tensorOf(weights, 'conv1.weight'));
  });

  it('of another architecture are refused by name', async () => {
    const weights = join(root, 'other.onnx');
    await writeFile(weights, writeModel(buildModel('small_cnn', { numClasses: 2, size: 32, seed: 5 })));
    const failing = fit({ ...run, weights, out: join(root, 'no.onnx') });
    await expect(failing).rejects.toMatchObject({ code: 'E_WEIGHTS_FIT' });
  });

  it('beside a model file are refused', async () => {
    const model = join(root, 'thousand.onnx');
    const failing = fit({ ...run, model, weights: model, out: join(root, 'no.onnx') });
    await expect(failing).rejects.toMatchObject({ code: 'E_ARG_INVALID' });
    expect((await readFile(model)).length).toBeGreaterThan(0);
  });
});
