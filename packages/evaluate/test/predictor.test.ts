import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { compilePipeline } from '@saker/core-native';
import { metadataForModel, Predictor } from '@saker/evaluate';
import { buildModel, writeModel } from '@saker/graph';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LABELS, picture, pictures, smallMetadata, smallModel, temporary } from './models.js';

// Real inference on cores that others may be using.
vi.setConfig({ testTimeout: 120_000 });

let dir = '';
let remove = async () => {};
let paths: string[] = [];
const model = smallModel();

beforeAll(async () => {
  ({ dir, remove } = await temporary());
  paths = await pictures(dir, 33);
});
afterAll(() => remove());

async function using<T>(predictor: Promise<Predictor>, run: (p: Predictor) => Promise<T>): Promise<T> {
  const p = await predictor;
  try {
    return await run(p);
  } finally {
    await p.close();
  }
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (e: { code: string }) => e.code,
  );

function maxDifference(a: readonly (Float32Array | null)[], b: readonly (Float32Array | null)[]): number {
  let max = 0;
  expect(a).toHaveLength(b.length);
  a.forEach((row, i) => {
    expect(row === null).toBe(b[i] === null);
    row?.forEach((v, c) => {
      max = Math.max(max, Math.abs(v - (b[i]?.[c] ?? Number.NaN)));
    });
  });
  return max;
}

describe('Predictor', () => {
  it('gives for a tensor what it gives for the picture that the tensor was made of, and the scores behind it', async () => {
    await using(Predictor.load(model), async (predictor) => {
      const inputs = paths.slice(0, 3);
      const expected = await predictor.predict(inputs);
      const { channels, height, width } = predictor.inputShape;
      const data = new Float32Array(3 * channels * height * width);
      await compilePipeline(predictor.metadata.pipelines.eval).runBatch(inputs, { out: data });
      const given = await predictor.predictTensor(data, 3, { topK: 2 });
      given.forEach((one, i) => {
        const other = expected[i];
        if (!one.ok || !other?.ok) throw new Error('a picture failed');
        expect(one.probabilities).toEqual(other.probabilities);
        expect(one.scores).toEqual(other.scores);
        expect(one.topK).toHaveLength(2);
        const powers = Array.from(one.scores, (score) => Math.exp(score));
        const sum = powers.reduce((a, b) => a + b);
        powers.forEach((power, c) => {
          expect(Math.abs(power / sum - (one.probabilities[c] as number))).toBeLessThan(1e-6);
        });
      });
      expect(await codeOf(predictor.predictTensor(data, 2))).toBe('E_ARG_INVALID');
      expect(await codeOf(predictor.predictTensor(new Uint8Array(data.length), 3))).toBe('E_ARG_INVALID');
      const overflowing = await predictor.predictTensor(data.fill(Number.NaN, 0, 10), 3);
      expect(overflowing.map((one) => one.ok)).toEqual([false, true, true]);
      const { input, output } = predictor.tensorNames;
      const session = await InferenceSession.create(model);
      expect([session.inputNames, session.outputNames]).toEqual([[input], [output]]);
      await session.release();
    });
  });

  it('reads labels and pipeline from the file, from a path or from bytes', async () => {
    const file = join(dir, 'model.onnx');
    await writeFile(file, model);
    const [a, b] = await Promise.all([Predictor.load(file), Predictor.load(model)]);
    expect(a.labels).toEqual(LABELS);
    expect(a.inputShape).toMatchObject({ channels: 3, height: 32, width: 32 });
    expect([a.file, b.file]).toEqual([file, null]);
    expect(await a.hash()).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await b.hash()).toBe(await a.hash());
    const [x] = await a.predict([paths[0] as string]);
    const [y] = await b.predict([await readFile(paths[0] as string)]);
    expect(x).toMatchObject({ ok: true });
    expect(x?.ok && y?.ok && maxDifference([x.probabilities], [y.probabilities])).toBe(0);
    await Promise.all([a.close(), b.close()]);
  });

  it('gives probabilities that sum to one, and the most probable classes first', async () => {
    const results = await using(Predictor.load(model), (p) => p.predict(paths, { topK: 2 }));
    expect(results).toHaveLength(33);
    for (const r of results) {
      if (!r.ok) throw r.error;
      expect(r.probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      expect(r.topK).toHaveLength(2);
      expect(r.topK[0]).toEqual({ label: r.label, index: r.index, confidence: r.confidence });
      expect(r.confidence).toBe(Math.max(...r.probabilities));
      expect(r.timings.totalMs).toBeGreaterThan(0);
    }
  });

  it('gives the same probabilities for any batch size, thread count and path through the loader', async () => {
    const one = await using(Predictor.load(model, { threads: 1 }), async (p) => {
      const rows: Float32Array[] = [];
      for (const path of paths) {
        const [r] = await p.predict([path]);
        if (r?.ok) rows.push(r.probabilities);
      }
      return rows;
    });
    const samples = paths.map((path) => ({ path }));
    for (const batchSize of [1, 7, 32])
      for (const threads of [1, 2, 7]) {
        const many = await using(Predictor.load(model), (p) =>
          p.predictSamples(samples, { batchSize, threads }),
        );
        expect(maxDifference(one, many.probabilities)).toBeLessThanOrEqual(1e-6);
      }
  });

  it('equals plain ONNX Runtime with a softmax of its own on the same pixels', async () => {
    const { compilePipeline } = await import('@saker/core-native');
    const pipeline = compilePipeline(smallMetadata().pipelines.eval);
    const { data } = await pipeline.runBatch(paths.slice(0, 4));
    const session = await InferenceSession.create(model);
    const input = new Tensor('float32', data as Float32Array, [4, 3, 32, 32]);
    const output = await session.run({ [session.inputNames[0] as string]: input });
    const logits = Object.values(output)[0]?.data as Float32Array;
    const results = await using(Predictor.load(model), (p) => p.predict(paths.slice(0, 4)));
    results.forEach((r, i) => {
      const powers = [...logits.subarray(i * 3, i * 3 + 3)].map(Math.exp);
      const sum = powers.reduce((a, b) => a + b);
      powers.forEach((power, c) => {
        expect(r.ok && r.probabilities[c]).toBeCloseTo(power / sum, 6);
      });
    });
    await session.release();
  });

  it('fails one picture, never the batch', async () => {
    const cut = (await picture(1)).subarray(0, 300);
    const results = await using(Predictor.load(model), (p) =>
      p.predict([paths[0] as string, new Uint8Array(), cut, join(dir, 'absent.png'), paths[1] as string]),
    );
    expect(results.map((r) => (r.ok ? 'ok' : r.error.code))).toEqual([
      'ok',
      'E_IMAGE_EMPTY',
      'E_IMAGE_TRUNCATED',
      'E_FILE_NOT_FOUND',
      'ok',
    ]);
    const alone = await using(Predictor.load(model), (p) => p.predict([paths[1] as string]));
    const [a, b] = [alone[0], results[4]];
    expect(a?.ok && b?.ok && maxDifference([a.probabilities], [b.probabilities])).toBeLessThanOrEqual(1e-6);
  });

  it('reports failures of predictSamples by position, in order, and keeps the rest', async () => {
    const bad = join(dir, 'bad.jpg');
    await writeFile(bad, 'this is no picture');
    const samples = [bad, paths[0], join(dir, 'absent.jpg'), paths[1]].map((path) => ({
      path: path as string,
    }));
    const seen: number[] = [];
    const result = await using(Predictor.load(model), (p) =>
      p.predictSamples(samples, { batchSize: 3, onProgress: (done) => seen.push(done) }),
    );
    expect(result.failures.map((f) => [f.index, f.path, f.error.code])).toEqual([
      [0, bad, 'E_IMAGE_FORMAT'],
      [2, join(dir, 'absent.jpg'), 'E_FILE_NOT_FOUND'],
    ]);
    expect(result.probabilities.map((p) => p !== null)).toEqual([false, true, false, true]);
    expect(seen).toEqual([3, 4]);
    expect(result.timings.imagesPerSecond).toBeGreaterThan(0);
  });

  it('bears nothing to do, all pictures bad, and calls that overlap', async () => {
    await using(Predictor.load(model), async (p) => {
      expect(await p.predict([])).toEqual([]);
      expect((await p.predictSamples([])).probabilities).toEqual([]);
      const [bad] = await p.predict([new Uint8Array()]);
      expect(bad?.ok).toBe(false);
      const calls = await Promise.all(paths.slice(0, 6).map((path) => p.predict([path, paths[7] as string])));
      const alone = await p.predict(paths.slice(0, 6));
      calls.forEach(([r], i) => {
        const wanted = alone[i];
        expect(
          r?.ok && wanted?.ok && maxDifference([r.probabilities], [wanted.probabilities]),
        ).toBeLessThanOrEqual(1e-6);
      });
    });
  });

  it('stops when a progress callback throws, and can be used again', async () => {
    await using(Predictor.load(model), async (p) => {
      const samples = paths.map((path) => ({ path }));
      const onProgress = () => {
        throw new Error('enough');
      };
      await expect(p.predictSamples(samples, { batchSize: 4, onProgress })).rejects.toThrow('enough');
      expect((await p.predictSamples(samples)).failures).toEqual([]);
    });
  });

  it('takes grey models', async () => {
    const results = await using(Predictor.load(smallModel({ channels: 1 })), (p) => {
      expect(p.inputShape.channels).toBe(1);
      return p.predict(paths.slice(0, 3));
    });
    expect(results.every((r) => r.ok)).toBe(true);
  });

  it('refuses pictures over the pixel limit by their header', async () => {
    const results = await using(Predictor.load(model, { maxPixels: 40 * 40 }), (p) =>
      Promise.all([p.predict([paths[0] as string]), picture(1).then((bytes) => p.predict([bytes]))]),
    );
    expect(results.flat().map((r) => (r.ok ? 'ok' : r.error.code))).toEqual(['ok', 'E_IMAGE_TOO_LARGE']);
  });

  it('refuses work after close, and closes twice without harm', async () => {
    const p = await Predictor.load(model);
    await p.close();
    await p.close();
    expect(await codeOf(p.predict([paths[0] as string]))).toBe('E_CLOSED');
    expect(await codeOf(p.predictSamples([{ path: paths[0] as string }]))).toBe('E_CLOSED');
  });

  it('works in worker threads, several at once', async () => {
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import('@saker/evaluate').then(async ({ Predictor }) => {
        const p = await Predictor.load(workerData.model, { threads: 1 });
        const { probabilities } = await p.predictSamples(workerData.paths.map((path) => ({ path })), { threads: 2 });
        await p.close();
        parentPort.postMessage(probabilities.map((row) => Array.from(row)));
      });`;
    const file = join(dir, 'worker-model.onnx');
    await writeFile(file, model);
    const answers = await Promise.all(
      [0, 1, 2].map(
        () =>
          new Promise<number[][]>((resolve, reject) => {
            const worker = new Worker(code, { eval: true, workerData: { model: file, paths } });
            worker.once('message', resolve);
            worker.once('error', reject);
          }),
      ),
    );
    const here = await using(Predictor.load(file), (p) => p.predictSamples(paths.map((path) => ({ path }))));
    for (const rows of answers)
      expect(
        maxDifference(
          here.probabilities,
          rows.map((row) => Float32Array.from(row)),
        ),
      ).toBeLessThanOrEqual(1e-6);
  });
});

describe('models that do not fit', () => {
  const load = (
    bytes: Uint8Array | string,
    metadata = undefined as ReturnType<typeof smallMetadata> | undefined,
  ) => codeOf(Predictor.load(bytes, metadata ? { metadata } : {}));

  it('refuses a missing file, another kind of file, and a file without metadata', async () => {
    const text = join(dir, 'text.onnx');
    await writeFile(text, 'not a model at all');
    expect(await load(join(dir, 'absent.onnx'))).toBe('E_FILE_NOT_FOUND');
    expect(await load(text)).toBe('E_MODEL_NOT_ONNX');
    expect(await load(new Uint8Array())).toBe('E_MODEL_NOT_ONNX');
    expect(await load(smallModel({ metadata: null }))).toBe('E_MODEL_NO_METADATA');
  });

  it('refuses labels that do not match the width of the output', async () => {
    expect(await load(model, smallMetadata(3, ['ant', 'bee']))).toBe('E_MODEL_METADATA');
  });

  it('refuses a pipeline of another size or channel count', async () => {
    const metadata = makeModelMetadata({
      labels: LABELS,
      eval: evalPipeline({ size: 32, channels: 1, mean: [0], std: [1] }),
    });
    expect(await load(model, metadata)).toBe('E_MODEL_SHAPE');
  });

  it('makes metadata from options for a file without any', async () => {
    const bytes = writeModel(buildModel('small_cnn', { numClasses: 3, size: 32, seed: 7 }));
    const metadata = metadataForModel(bytes, { labels: LABELS, size: 32 });
    expect(metadata).toEqual(smallMetadata());
    expect(await codeOf(Promise.resolve().then(() => metadataForModel(bytes, { labels: [] })))).toBe(
      'E_ARG_INVALID',
    );
    const results = await using(Predictor.load(bytes, { metadata }), (p) => p.predict(paths.slice(0, 2)));
    expect(results.every((r) => r.ok)).toBe(true);
  });

  it('refuses a top-k that is no whole number from one', async () => {
    await using(Predictor.load(model), async (p) => {
      for (const topK of [0, -1, 1.5, Number.NaN])
        expect(await codeOf(p.predict([paths[0] as string], { topK }))).toBe('E_ARG_INVALID');
    });
  });

  it('refuses one picture where a list is asked for', async () => {
    await using(Predictor.load(model), async (p) => {
      for (const alone of [Buffer.alloc(1000), new Uint8Array(9), paths[0]])
        expect(await codeOf(p.predict(alone as never))).toBe('E_ARG_INVALID');
    });
  });
});
