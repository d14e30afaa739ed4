import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMetadata, readModel } from '@saker/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Run, saker, temporaryFolder } from '../fixtures/saker.js';
import { SHAPES, writeShapes } from '../fixtures/shapes.js';

const { folder, remove } = temporaryFolder('mixing');
const data = join(folder, 'shapes');
const trainFlags = ['--model', 'small_cnn', '--size', '32', '--batch-size', '16', '--seed', '1', '--json'];

beforeAll(() => writeShapes(data, 24));
afterAll(remove);

const train = (name: string, ...flags: string[]): Promise<Run> =>
  saker(['train', data, ...trainFlags, '--out', join(folder, `${name}.onnx`), ...flags]);
const metadataOf = (run: Run) => readMetadata(readModel(run.json.model));

describe('saker train with MixUp and CutMix', () => {
  it('learns from mixed pictures and records how they were mixed', async () => {
    const flags = ['--epochs', '10', '--mixup', '0.2', '--cutmix', '1'];
    const run = await train('both', ...flags, '--mixup-mode', 'element', '--mixup-switch-prob', '0.4');
    expect({ status: run.status, stderr: run.status === 0 ? '' : run.stderr }).toEqual({
      status: 0,
      stderr: '',
    });
    expect(run.json.classes).toEqual([...SHAPES]);
    expect(run.json.bestValAccuracy).toBeGreaterThan(0.6);
    const metadata = metadataOf(run);
    expect(metadata?.pipelines.train?.batch).toEqual([
      {
        op: 'RandomChoice',
        transforms: [
          { op: 'MixUp', alpha: 0.2, p: 1, mode: 'element' },
          { op: 'CutMix', alpha: 1, p: 1, mode: 'element', correct_lam: true },
        ],
        p: [0.6, 0.4],
      },
    ]);
    expect(metadata?.pipelines.eval.batch).toBeUndefined();
    expect(metadata?.provenance?.config).toMatchObject({ mixup: 0.2, cutmix: 1, mixupMode: 'element' });
  }, 120_000);

  it('gives the same model for the same seed, and another one than without mixing', async () => {
    const losses = async (name: string, ...flags: string[]) => {
      const run = await train(name, '--epochs', '2', '--threads', '1', ...flags);
      expect(run.status).toBe(0);
      return metadataOf(run)?.history.map((record) => record.trainLoss);
    };
    const mixed = await losses('mixed', '--mixup', '0.8');
    expect(await losses('again', '--mixup', '0.8')).toEqual(mixed);
    expect(await losses('plain')).not.toEqual(mixed);
  }, 120_000);

  it('takes the same settings from a configuration file', async () => {
    const config = join(folder, 'run.json');
    writeFileSync(config, JSON.stringify({ epochs: 1, cutmix: 0.5, mixupProb: 0.25 }));
    const run = await train('file', '--config', config);
    expect(metadataOf(run)?.pipelines.train?.batch).toEqual([
      { op: 'CutMix', alpha: 0.5, p: 0.25, mode: 'batch', correct_lam: true },
    ]);
  }, 60_000);

  it('refuses an alpha out of range, naming the flag', async () => {
    const run = await train('never', '--mixup', '-0.5');
    expect(run.status).not.toBe(0);
    expect(run.json.error).toMatchObject({ code: 'E_ARG_INVALID' });
    expect(run.json.error.message).toContain('--mixup');
  });
});
