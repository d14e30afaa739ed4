import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDataset, splitDataset } from '@saker/dataset';
import { baseline, fit } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

let root: string;
let data: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-baseline-test-'));
  data = join(root, 'shapes');
  await writeShapes(data, 40);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('baseline', () => {
  it('scores the majority class, pixels and a small network, the same twice', async () => {
    const once = () => baseline({ model: 'small_cnn', data, epochs: 6, size: 32, seed: 1, threads: 1 });
    const result = await once();
    expect(result).toMatchObject({
      metric: 'valAccuracy',
      majority: 0.5,
      frequency: 0.5,
      logistic: { features: 'pixels', width: 768, fitted: 64 },
      samples: { train: 64, val: 16 },
      smallCnn: { epochs: 6, size: 32 },
    });
    expect(result.smallCnn!.accuracy).toBeGreaterThan(0.5);
    expect(await once()).toEqual(result);
  });

  it('takes the features of a trained file', async () => {
    const model = join(root, 'trained.onnx');
    const run = { data, size: 32, batchSize: 8, seed: 3, threads: 1 };
    await fit({ ...run, model: 'small_cnn', epochs: 10, out: model });
    const trained = await baseline({ model, data, epochs: 1, seed: 3, threads: 1 });
    expect(trained.logistic).toMatchObject({ features: 'frozen', fitted: 64 });
    expect(trained.logistic.width).not.toBe(768);
    expect(trained.logistic.accuracy).toBeGreaterThan(0.8);
  });

  it('stands beside the result of every run that does not leave it out', async () => {
    const types: string[] = [];
    const run = { data, model: 'small_cnn', size: 32, epochs: 1, seed: 1, threads: 1 };
    const onEvent = ({ type }: { type: string }): number => types.push(type);
    const result = await fit({ ...run, out: join(root, 'with.onnx') }, { onEvent });
    expect(types.slice(0, 2)).toEqual(['run-start', 'baseline']);
    const alone = await baseline({ ...run, epochs: 1 });
    const { metric, majority, frequency, logistic } = alone;
    expect(result.baseline).toEqual({ metric, majority, frequency, logistic });
    const without = await fit({ ...run, out: join(root, 'without.onnx'), baseline: false });
    expect(without.baseline).toBeNull();
  });

  it('scores several labels a picture by mAP, from frequencies, frozen features and a small network', async () => {
    const names = (await scanDataset(data)).samples.map(({ name }) => name);
    // The tag of the shape can be learned; that of every third picture is no more than a frequency.
    const tags = names.map((name, i) => [
      ...(name.startsWith('bar') ? ['bar'] : []),
      ...(i % 3 === 0 ? ['third'] : []),
    ]);
    const manifest = join(root, 'tags.csv');
    const rows = names.map((name, i) => `shapes/${name},${tags[i]!.join('|')}`);
    await writeFile(manifest, ['path,labels', ...rows, ''].join('\n'));
    const model = join(root, 'tags.onnx');
    const run = { data: manifest, size: 32, batchSize: 8, seed: 1, threads: 1 };
    const trained = await fit({ ...run, model: 'small_cnn', epochs: 10, out: model });
    expect(trained.baseline).toMatchObject({ metric: 'valMAP', logistic: { features: 'pixels' } });

    const result = await baseline({ model, data: manifest, epochs: 2, seed: 1, threads: 1 });
    const { val } = splitDataset(await scanDataset(manifest), { seed: 1 });
    const shares = [0, 1].map(
      (label) => val.filter(({ labels }) => labels!.includes(label)).length / val.length,
    );
    expect(result).toMatchObject({ metric: 'valMAP', classes: ['bar', 'third'] });
    expect(result.frequency).toBeCloseTo((shares[0]! + shares[1]!) / 2, 9);
    // A perfect score of one label and about its frequency of the other.
    expect(result.logistic.score).toBeGreaterThan(result.frequency + 0.15);
    expect(result.logistic).toMatchObject({ features: 'frozen', fitted: trained.counts.train });
    expect(result.smallCnn!.score).toBeGreaterThan(0);
    // Nothing is told where no label is half as frequent as not: the pictures without labels are right.
    const counts = [0, 1].map((label) => tags.filter((own) => own.includes(['bar', 'third'][label]!)).length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(names.length / 2);
    expect(result.majority).toBe(val.filter(({ labels }) => labels!.length === 0).length / val.length);
  });

  it('scores two classes by ROC AUC', async () => {
    const run = { model: 'small_cnn', data, size: 32, epochs: 6, seed: 1, threads: 1 } as const;
    const result = await baseline({ ...run, task: 'binary', positive: 'bar' });
    expect(result).toMatchObject({
      metric: 'valRocAuc',
      majority: 0.5,
      frequency: 0.5,
      classes: ['disc', 'bar'],
    });
    expect(result.logistic.score).toBeGreaterThan(0.6);
    expect(result.smallCnn!.score).toBeGreaterThan(0.5);
  });

  it('leaves out a picture whose damage only decoding finds', async () => {
    const csv = join(root, 'one-bad.csv');
    const cut = join(root, 'spoilt.png');
    const whole = await readFile(join(data, 'bar/0.png'));
    whole.fill(0x5a, whole.length >> 1, (whole.length >> 1) + 40);
    await writeFile(cut, whole);
    const rows = ['bar', 'disc'].flatMap((label) =>
      Array.from({ length: 10 }, (_, i) => {
        const path = join(data, label, `${i}.${i % 2 ? 'jpg' : 'png'}`);
        return `${path},${label},${i < 7 ? 'train' : 'val'}`;
      }),
    );
    await writeFile(csv, ['path,label,split', ...rows, `${cut},bar,train`, ''].join('\n'));
    const result = await baseline({ model: 'small_cnn', data: csv, epochs: 1, size: 32, threads: 1 });
    expect([result.samples.train, result.logistic.fitted]).toEqual([15, 14]);
  });
});
