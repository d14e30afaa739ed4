import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      majority: 0.5,
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
    expect(result.baseline).toEqual({ majority: alone.majority, logistic: alone.logistic });
    const without = await fit({ ...run, out: join(root, 'without.onnx'), baseline: false });
    expect(without.baseline).toBeNull();
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
