/** lr-find, batch-find and tune as a user runs them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker as run, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';

const { folder, remove } = temporaryFolder('find');
const small = ['--model', 'small_cnn', '--size', '32', '--batch-size', '8', '--threads', '1'];
beforeAll(() => writeShapes(join(folder, 'photos'), 20));
afterAll(remove);
const saker = (...args: string[]) => run(args, folder);

describe('saker lr-find', () => {
  it('draws the curve and names a rate to type next', async () => {
    const { status, stdout } = await saker('lr-find', 'photos', ...small, '--end-lr', '1e4', '--steps', '60');
    expect(status).toBe(0);
    expect(stdout).toMatch(/suggestion --lr [0-9.e+-]+ for (adamw|sgd), batch 8/);
    expect(stdout.split('\n').filter((line) => line.includes('|'))).toHaveLength(12);
  });

  it('gives every point with --json', async () => {
    const { json } = await saker('lr-find', 'photos', ...small, '--steps', '20', '--json');
    expect(json.points).toHaveLength(20);
  });
});

it('saker batch-find prints a table and a size to type next', async () => {
  const { status, stdout } = await saker('batch-find', 'photos', ...small, '--to', '8', '--quiet');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^batch +images\/s +memory$/m);
  expect(stdout).toMatch(/suggestion --batch-size (4|8):/);
});

describe('saker tune', () => {
  it('leaves a configuration that train takes', async () => {
    const space = join(folder, 'space.json');
    writeFileSync(space, JSON.stringify({ lr: { min: 1e-4, max: 1e-2, log: true } }));
    const search = ['--space', space, '--trials', '2', '--factor', '2', '--epochs', '2', '--out', 'search'];
    const { status, json } = await saker('tune', 'photos', ...small, ...search, '--json');
    expect(status).toBe(0);
    expect(existsSync(json.model)).toBe(true);
    expect(JSON.parse(readFileSync(json.config, 'utf8')).lr).toBe(json.best.settings.lr);
    const trained = await saker('train', 'photos', '--config', json.config, '--out', 'best.onnx', '--json');
    expect(trained.json.bestValAccuracy).toBe(json.best.valAccuracy);
  });

  it('names the field that no run has', async () => {
    const space = join(folder, 'wrong.json');
    writeFileSync(space, '{"learningRate": [1]}');
    const { status, stderr } = await saker('tune', 'photos', ...small, '--space', space);
    expect(status).not.toBe(0);
    expect(stderr).toContain('learningRate: no field of a run configuration');
  });
});

it('saker train says what few pictures cannot show, and which flags change nothing', async () => {
  const flags = [...small, '--epochs', '1', '--out', 'few.onnx', '--log-dir', 'board'];
  const { status, stderr } = await saker('train', 'photos', ...flags);
  expect(status).toBe(0);
  expect(stderr).toContain('--log-dir does nothing without --log tensorboard');
  expect(stderr).toContain('one of 12 validation pictures is 8.3 points of accuracy');
  expect(stderr).toMatch(/^6 updates of the weights in the whole run/m);
  const wrong = await saker('train', 'photos', ...flags, '--monitor', 'acc');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('valAccuracy, valLoss, trainAccuracy, trainLoss, valMacroF1 for monitor');
  expect(wrong.stderr).not.toContain('epoch 1');
});

it('saker baseline prints what has to be beaten', async () => {
  const { status, stdout } = await saker('baseline', 'photos', '--epochs', '1', '--threads', '1', '--quiet');
  expect(status).toBe(0);
  expect(stdout).toMatch(/most frequent class +33\.3 %/);
  expect(stdout).toMatch(/logistic regression on pixels at 16 x 16 +\d/);
  expect(stdout).toMatch(/small_cnn, 1 epochs at 64 +\d/);
});
