import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateModel, type LabelledSample, Predictor, writeReport } from '@saker/evaluate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LABELS, pictures, smallModel, temporary } from './models.js';

// Real inference on cores that others may be using.
vi.setConfig({ testTimeout: 120_000 });

let dir = '';
let remove = async () => {};
let predictor: Predictor;
let samples: LabelledSample[] = [];

beforeAll(async () => {
  ({ dir, remove } = await temporary());
  predictor = await Predictor.load(smallModel());
  const paths = await pictures(dir, 24);
  samples = paths.map((path, i) => ({ path, name: `${i}`, label: i % 3 }));
});
afterAll(async () => {
  await predictor.close();
  await remove();
});

describe('evaluateModel', () => {
  it('agrees with what predict says about each picture', async () => {
    const result = await evaluateModel(predictor, samples, { topK: 2, batchSize: 5 });
    const predictions = await predictor.predict(samples.map((s) => s.path));
    const right = predictions.filter((p, i) => p.ok && p.index === samples[i]?.label).length;
    expect(result.accuracy).toBe(right / 24);
    expect(result.samples).toBe(24);
    expect(result.topK.k).toBe(2);
    expect(result.mistakes).toHaveLength(24 - right);
    expect(result.perClass.map((c) => [c.label, c.support])).toEqual(LABELS.map((label) => [label, 8]));
    expect(result.confusion.flat().reduce((a, b) => a + b)).toBe(24);
  });

  it('matches the classes of the data by name', async () => {
    const labels = ['cat', 'unused', 'ant', 'bee'];
    const renamed = samples.map((s) => ({ ...s, label: labels.indexOf(LABELS[s.label] as string) }));
    const [a, b] = [
      await evaluateModel(predictor, samples),
      await evaluateModel(predictor, renamed, { labels }),
    ];
    expect(b.confusion).toEqual(a.confusion);
    await expect(evaluateModel(predictor, samples, { labels: ['ant', 'bee', 'dog'] })).rejects.toMatchObject({
      code: 'E_DATA_LABEL',
      params: { label: 'dog' },
    });
  });

  it('lists unreadable pictures and measures the others', async () => {
    const bad = join(dir, 'bad.jpg');
    await writeFile(bad, 'no picture');
    const result = await evaluateModel(predictor, [{ path: bad, label: 0 }, ...samples]);
    expect(result.samples).toBe(24);
    expect(result.failures.map((f) => [f.path, f.error.code])).toEqual([[bad, 'E_IMAGE_FORMAT']]);
    expect(result.accuracy).toBe((await evaluateModel(predictor, samples)).accuracy);
    const written = await writeReport(join(dir, 'report'), {
      evaluation: result,
      metadata: predictor.metadata,
      model: { name: 'small.onnx', hash: await predictor.hash() },
      data: { path: dir },
    });
    expect(written.html).toContain('report.html');
  });

  it('says so when there is nothing to measure', async () => {
    const bad = { path: join(dir, 'absent.jpg'), label: 0 };
    await expect(evaluateModel(predictor, [])).rejects.toMatchObject({ code: 'E_DATA_EMPTY' });
    await expect(evaluateModel(predictor, [bad])).rejects.toThrow(
      /that can be read \(1 cannot; the first: .*absent\.jpg/,
    );
    await expect(evaluateModel(predictor, samples, { topK: 0 })).rejects.toMatchObject({
      code: 'E_ARG_INVALID',
    });
  });
});
