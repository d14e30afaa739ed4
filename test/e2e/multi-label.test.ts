/** Several labels a picture, from the manifest to the server's answer, through the command. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, serveModel, temporaryFolder } from '../fixtures/saker.js';
import { SHAPES, writeShapes } from '../fixtures/shapes.js';

const { folder, remove } = temporaryFolder('multi-label');
const tags = join(folder, 'tags.csv');
const model = join(folder, 'tags.onnx');
const picture = (shape: string, i: number): string =>
  join(folder, 'photos', shape, `${String(i).padStart(3, '0')}.${i % 2 === 1 ? 'jpg' : 'png'}`);

beforeAll(async () => {
  await writeShapes(join(folder, 'photos'), 20);
  // Circles are round; triangles and squares have corners; squares have none of the tags "sharp".
  const labels = { circle: 'round', square: 'corners', triangle: 'corners/sharp' };
  const rows = SHAPES.flatMap((shape) =>
    Array.from({ length: 20 }, (_, i) => `${picture(shape, i)},${labels[shape]}`),
  );
  writeFileSync(tags, `path,labels\n${rows.join('\n')}\n`);
});
afterAll(remove);

describe.sequential('several labels a picture', () => {
  it('are trained on by saker train, which reports mAP', async () => {
    const flags = [
      '--model',
      'small_cnn',
      '--size',
      '32',
      '--epochs',
      '10',
      '--batch-size',
      '16',
      '--seed',
      '1',
    ];
    const run = await saker(
      ['train', tags, '--task', 'multi', '--label-separator', '/', ...flags, '--out', model, '--json'],
      folder,
    );
    expect(run.status, run.stderr).toBe(0);
    expect(run.json.classes).toEqual(['corners', 'round', 'sharp']);
    expect(run.json.bestMetric.name).toBe('valMAP');
    expect(run.json.bestMetric.value).toBeGreaterThan(0.8);
    expect(run.stderr).toMatch(/mAP 0\.\d{3}|mAP 1\.000/);
    expect(run.json.baseline).toMatchObject({ metric: 'valMAP', logistic: { features: 'pixels' } });
    expect(run.json.bestMetric.value).toBeGreaterThan(run.json.baseline.frequency);
  });

  it('have baselines by the same figure, from saker baseline', async () => {
    const flags = [
      '--model',
      model,
      '--task',
      'multi',
      '--label-separator',
      '/',
      '--seed',
      '1',
      '--epochs',
      '1',
    ];
    const run = await saker(['baseline', tags, ...flags, '--threads', '1', '--quiet'], folder);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/^baseline +val mAP +val acc$/m);
    expect(run.stdout).toMatch(/^frequencies alone +0\.\d{4} +\d/m);
    expect(run.stdout).toMatch(/^logistic regression on frozen features of the model +[01]\.\d{4} +\d/m);
    expect(run.stdout).toMatch(/^small_cnn, 1 epochs at 64 +[01]\.\d{4} +\d/m);
  });

  it('are measured by saker evaluate on the held-out pictures, with a page', async () => {
    const report = join(folder, 'report');
    const run = await saker(
      ['evaluate', model, tags, '--split', 'val', '--report', report, '--json'],
      folder,
    );
    expect(run.status, run.stderr).toBe(0);
    expect(run.json).toMatchObject({
      task: 'multi-label',
      samples: 12,
      labels: ['corners', 'round', 'sharp'],
    });
    expect(run.json.mAP).toBeGreaterThan(0.8);
    expect(run.json.perLabel.map((row: { support: number }) => row.support)).toEqual([8, 4, 4]);
    const page = readFileSync(join(report, 'report.html'), 'utf8');
    expect(page).toContain('mean average precision over labels');
    expect(JSON.parse(readFileSync(join(report, 'evaluation.json'), 'utf8')).mAP).toBe(run.json.mAP);
    const plain = await saker(['evaluate', model, tags, '--split', 'val'], folder);
    expect(plain.stdout).toMatch(/^mAP [\d.]+ % on 12 pictures \(val\)/);
    expect(plain.stdout).toMatch(/^label +AP +precision/m);
  });

  it('are told by saker predict and by the server alike: all that reach their thresholds', async () => {
    const file = picture('triangle', 1);
    const run = await saker(['predict', model, file, '--json'], folder);
    const [result] = run.json.results;
    const names = result.labels.map(({ label }: { label: string }) => label).sort();
    expect(names).toEqual(['corners', 'sharp']);
    const served = await serveModel(model);
    try {
      const response = await fetch(`${served.url}/predict`, {
        method: 'POST',
        body: readFileSync(file),
        headers: { 'content-type': 'image/jpeg' },
      });
      const answer = (await response.json()) as { labels: unknown; label: string };
      expect(answer.labels).toEqual(result.labels);
      expect(answer.label).toBe(result.label);
    } finally {
      await served.stop();
    }
  });

  it('are refused as a single task, with what to do about it', async () => {
    const run = await saker(
      ['train', tags, '--task', 'single', '--label-separator', '/', '--model', 'small_cnn'],
      folder,
    );
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/20 of 60 pictures have none or several labels/);
    expect(run.stderr).toMatch(/--task/);
  });
});
