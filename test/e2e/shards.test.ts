/** Shards in the place of photos, through the real command: the verbs that take DATA take tars. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';

const { folder, remove } = temporaryFolder('shards');
const run = (...args: string[]) => saker(args, folder);

beforeAll(async () => {
  await writeShapes(join(folder, 'photos'), 16);
  const made = await run(
    'preprocess',
    'photos',
    '--max-side',
    '48',
    '--out',
    'shards',
    '--shard-size',
    '9',
    '--json',
  );
  expect(made.status).toBe(0);
}, 60_000);
afterAll(remove);

describe.sequential('shards as DATA', () => {
  it('train and evaluate as the photos do: same classes, same split, and the report shows its pictures', async () => {
    const flags = ['--model', 'small_cnn', '--size', '32', '--epochs', '3', '--batch-size', '16', '--json'];
    const photos = await run('train', 'photos', ...flags, '--out', 'photos.onnx');
    const shards = await run('train', 'shards', ...flags, '--out', 'shards.onnx');
    expect([photos.status, shards.status, shards.stderr.includes('left out')]).toEqual([0, 0, false]);
    expect(shards.json.classes).toEqual(photos.json.classes);
    expect(shards.json.samples).toEqual(photos.json.samples);
    const evaluate = ['evaluate', 'shards.onnx', 'shards', '--split', 'val', '--report', 'report', '--json'];
    const result = await run(...evaluate);
    expect(result.status).toBe(0);
    expect(result.json.samples).toBe(shards.json.samples.val);
    expect(result.json.accuracy).toBeCloseTo(shards.json.bestValAccuracy, 6);
    const html = readFileSync(join(folder, 'report/report.html'), 'utf8');
    const wrong = Math.round((1 - result.json.accuracy) * result.json.samples);
    if (wrong > 0) expect(html).toContain('data:image/jpeg;base64,');
  }, 120_000);

  it('predict from a tar by name, and show and bench a folder of tars', async () => {
    const predicted = await run('predict', 'shards.onnx', 'shards/shard-000000.tar', '--json');
    expect(predicted.status).toBe(0);
    expect(predicted.json.results).toHaveLength(9);
    expect(predicted.json.results[0].file).toMatch(/^\d{9}\.jpg in shards\/shard-000000\.tar$/);
    expect(predicted.json.results.every((row: { error: unknown }) => row.error === null)).toBe(true);
    const shown = await run('show', 'shards', '--pipeline', 'eval224', '--count', '4', '--json');
    expect(shown.json.pictures).toHaveLength(4);
    expect(shown.json.pictures.every((picture: { error: unknown }) => picture.error === null)).toBe(true);
    const rates = await run(
      'bench',
      'preprocess',
      'shards',
      '--compare',
      'photos',
      '--rounds',
      '2',
      '--json',
    );
    expect(rates.json).toMatchObject({
      source: 'shards',
      images: 48,
      compare: { source: 'files', images: 48 },
    });
    expect(rates.json.compare.timesOther.median).toBeGreaterThan(0);
    const pattern = await run(
      'bench',
      'preprocess',
      'shards/shard-{000000..000001}.tar',
      '--rounds',
      '1',
      '--json',
    );
    expect(pattern.json).toMatchObject({ source: 'shards', images: 18, compare: null });
  }, 60_000);

  it('a picture that is damaged inside a whole tar is named and left out alone', async () => {
    const file = join(folder, 'shards/shard-000001.tar');
    const bytes = readFileSync(file);
    const spoilt = Buffer.from(bytes).fill(0x20, 512, 560);
    writeFileSync(file, spoilt);
    const flags = ['--model', 'small_cnn', '--size', '32', '--epochs', '1', '--batch-size', '16', '--json'];
    const { status, stderr, json } = await run('train', 'shards', ...flags, '--out', 'spoilt.onnx');
    writeFileSync(file, bytes);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /left out (circle|square|triangle)\/\d+\.(jpg|png) in shards\/shard-000001\.tar: E_IMAGE_/,
    );
    expect(json.rejected).toHaveLength(1);
    expect(json.samples.train + json.samples.val).toBe(47);
  }, 60_000);

  it('name a damaged tar with its place and what to do, and stop there', async () => {
    const file = join(folder, 'shards/shard-000002.tar');
    writeFileSync(file, readFileSync(file).subarray(0, 5000));
    const { status, stderr } = await run('train', 'shards', '--model', 'small_cnn');
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /error E_DATA_TAR: The tar shards\/shard-000002\.tar cannot be read at byte \d+: .* before it are whole/,
    );
    expect(stderr).toContain('Get the file again, or leave it out');
  });
});
