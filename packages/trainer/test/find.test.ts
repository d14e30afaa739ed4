import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDataset } from '@saker/dataset';
import { readModel } from '@saker/graph';
import { batchSizeFind, lrFind, type TrialResult, trialScore, tune } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-find-'));
  data = join(root, 'shapes');
  await writeShapes(data, 40);
});
afterAll(() => rm(root, { recursive: true, force: true }));
const run = (more: object = {}) => ({
  model: 'small_cnn',
  data,
  size: 32,
  batchSize: 8,
  threads: 1,
  ...more,
});

describe('lrFind', () => {
  it('raises the rate until the loss explodes and suggests one below', async () => {
    const result = await lrFind(run({ optimizer: 'sgd' }), { startLr: 1e-5, endLr: 1e4, steps: 90 });
    expect(result.stopped).toBe('rising');
    const rates = result.points.map((p) => p.lr);
    expect(rates[0]).toBeCloseTo(1e-5, 12);
    expect(rates.every((lr, i) => i === 0 || lr > rates[i - 1]!)).toBe(true);
    expect(result.valley).toBeGreaterThan(1e-5);
    expect(result.valley).toBeLessThan(rates.at(-1)! / 10);
  });

  it('is the same twice', async () => {
    const once = () => lrFind(run(), { steps: 20 }).then(({ points }) => points);
    expect(await once()).toEqual(await once());
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const onStep = (_: unknown, done: number): void => {
      if (done === 3) abort.abort();
    };
    const result = await lrFind(run(), { onStep, signal: abort.signal });
    expect([result.stopped, result.points.length]).toEqual(['cancelled', 3]);
  });

  it('refuses a range that does not grow', async () => {
    await expect(lrFind(run(), { startLr: 1, endLr: 0.1 })).rejects.toMatchObject({ code: 'E_ARG_INVALID' });
  });
});

describe('batchSizeFind', () => {
  it('doubles the batch until the pictures run out and suggests one it tried', async () => {
    const result = await batchSizeFind(run(), { from: 4 });
    expect(result.trials.map((t) => t.batchSize)).toEqual([4, 8, 16, 32, 64]);
    expect(result.stopped).toBe('data');
    expect(result.trials.map((t) => t.batchSize)).toContain(result.suggestion);
    expect(result.trials.every((t) => t.imagesPerSecond > 0 && t.residentBytes > 0)).toBe(true);
  });
});

describe('tune', () => {
  const space = { lr: { min: 1e-7, max: 3e-2, log: true }, optimizer: ['adamw', 'sgd'] };
  const search = (out: string, more: object = {}) =>
    tune(run({ seed: 5 }), { space, trials: 4, epochs: 4, factor: 2, out: join(root, out), ...more });

  it('runs many short trials and the better ones for longer, and writes a configuration of the winner', async () => {
    const result = await search('halving');
    const shape = (t: TrialResult) => [t.rung, t.epochs];
    expect(result.trials.map(shape)).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
      [1, 2],
      [1, 2],
      [2, 4],
    ]);
    const first = result.trials.slice(0, 4).map((t) => t.valAccuracy);
    const entrants = result.trials.slice(4, 6).map((t) => first[t.trial]!);
    expect(Math.min(...entrants)).toBeGreaterThanOrEqual([...first].sort((a, b) => b - a)[1]!);
    const config = JSON.parse(await readFile(result.config, 'utf8'));
    expect(config).toMatchObject({ ...result.best.settings, epochs: 4, model: 'small_cnn', seed: 5 });
    expect(readModel(result.model).nodes.length).toBeGreaterThan(0);
  });

  it('ranks by what the run monitors: mAP of several labels, and a loss by the lower one', async () => {
    const scanned = await scanDataset(data);
    // Every picture but each eighth has the first label, so that saying so always is right most of the time.
    const rows = scanned.samples.map(({ name, label }, i) => {
      const labels = [...(i % 8 ? ['common'] : []), scanned.classes[label]];
      return `shapes/${name},${labels.join('|')}`;
    });
    const tags = join(root, 'tags.csv');
    await writeFile(tags, `path,labels\n${rows.join('\n')}\n`);
    const settings = { space, trials: 3, epochs: 1, algorithm: 'random' } as const;
    const input = run({ data: tags, task: 'multi', labelSeparator: '|', seed: 5 });
    const byMap = await tune(input, { ...settings, out: join(root, 'map') });
    expect(byMap.trials.map((t) => t.metric?.name)).toEqual(Array(3).fill('valMAP'));
    const figures = byMap.trials.map((t) => t.metric!.value);
    expect(byMap.best.metric!.value).toBe(Math.max(...figures));
    const byLoss = await tune({ ...input, monitor: 'valLoss' }, { ...settings, out: join(root, 'loss') });
    expect(byLoss.best.metric!.value).toBe(Math.min(...byLoss.trials.map((t) => t.metric!.value)));
    expect(trialScore({ metric: null })).toBeLessThan(trialScore(byLoss.best));
  });

  it('goes on where it was stopped and comes to the same end', async () => {
    const abort = new AbortController();
    const onTrial = (_: TrialResult, done: number): void => {
      if (done === 3) abort.abort();
    };
    expect((await search('resumed', { onTrial, signal: abort.signal })).stopped).toBe('cancelled');
    // A kill in the middle of a line must not spoil the table.
    const table = join(root, 'resumed/trials.jsonl');
    await writeFile(table, `${(await readFile(table, 'utf8')).trimEnd()}\n{"key":"cut`);
    const ran: number[] = [];
    const start = performance.now();
    const result = await search('resumed', { onTrial: (t: TrialResult) => ran.push(t.seconds) });
    const took = (performance.now() - start) / 1000;
    expect(ran).toHaveLength(7);
    expect(took).toBeLessThan(ran.reduce((a, b) => a + b, 0));
    const fresh = await search('fresh');
    expect(result.trials.map((t) => t.valAccuracy)).toEqual(fresh.trials.map((t) => t.valAccuracy));
    expect(result.best.settings).toEqual(fresh.best.settings);
  });

  it('counts a trial that diverges as the worst and goes on', async () => {
    const wild = { lr: [1e30, 1e-3], optimizer: ['sgd'] };
    const result = await search('wild', { space: wild, trials: 6, algorithm: 'random', epochs: 1 });
    const failed = result.trials.filter((t) => t.error !== null);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every((t) => t.valAccuracy === -1 && t.settings.lr === 1e30)).toBe(true);
    expect(result.best.settings.lr).toBe(1e-3);
  });

  it.each([
    [{ nosuch: [1] }, /nosuch: no field/],
    [{ epochs: [1, 2] }, /epochs: set for the whole search/],
    [{ lr: { min: 2, max: 1 } }, /max must not be below min/],
    [{ lr: { min: 0, max: 1, log: true } }, /log needs a min above 0/],
    [{}, /names no field/],
  ])('refuses the space %j', async (wrong, message) => {
    await expect(search('wrong', { space: wrong })).rejects.toThrow(message);
  });
});
