import { Predictor } from '@saker/evaluate';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, get, post } from './support/client.js';
import { fastModel, LABELS, temporaryFolder } from './support/models.js';
import { jpeg, png } from './support/pictures.js';

const model = fastModel(temporaryFolder());
let server: RunningServer;
let predictor: Predictor;
let photo: Buffer;
let url: string;

beforeAll(async () => {
  photo = await jpeg(1);
  predictor = await Predictor.load(model, { threads: 1 });
  server = await startServer({ model, port: 0, workers: 2 });
  url = `${server.url}/predict`;
});
afterAll(async () => {
  await server.close();
  await predictor.close();
});

async function direct(bytes: Uint8Array): Promise<{ label: string; probabilities: number[] }> {
  const [prediction] = await predictor.predict([bytes]);
  if (!prediction?.ok) throw prediction?.error;
  return { label: prediction.label, probabilities: Array.from(prediction.probabilities) };
}

describe('POST /predict', () => {
  it('gives the very probabilities of the Predictor for all body forms', async () => {
    const expected = await direct(photo);
    const query = `${url}?probabilities=true`;
    const base64 = photo.toString('base64');
    const replies = [
      await post(query, form([['a.jpg', photo]])),
      await post(query, photo, 'image/jpeg'),
      await post(query, photo, 'application/octet-stream'),
      await post(query, JSON.stringify({ image: base64 }), 'application/json'),
      await post(query, JSON.stringify({ image: `data:image/jpeg;base64,${base64}` }), 'application/json'),
    ];
    for (const { status, body } of replies) {
      expect(status).toBe(200);
      expect(body.label).toBe(expected.label);
      expect(body.probabilities).toEqual(expected.probabilities);
    }
  });

  it('describes its answer: model, class, top classes, timings, Server-Timing', async () => {
    const { body, headers } = await post(`${url}?topK=2`, photo, 'image/jpeg');
    expect(body.model).toBe('small_cnn-32');
    expect(LABELS[body.index]).toBe(body.label);
    expect(body.topK).toHaveLength(2);
    expect(body.topK[0]).toEqual({ label: body.label, index: body.index, confidence: body.confidence });
    expect(body.topK[1].confidence).toBeLessThanOrEqual(body.confidence);
    expect(body).not.toHaveProperty('probabilities');
    expect(Object.keys(body.timings)).toEqual(['queueMs', 'preprocessMs', 'inferenceMs', 'totalMs']);
    for (const ms of Object.values(body.timings)) expect(ms).toBeGreaterThanOrEqual(0);
    expect(headers.get('server-timing')).toMatch(
      /^queue;dur=[\d.]+, preprocess;dur=[\d.]+, inference;dur=[\d.]+, total;dur=[\d.]+$/,
    );
  });

  it('lists at most as many classes as there are', async () => {
    const { body } = await post(`${url}?topK=1000`, photo, 'image/jpeg');
    expect(body.topK).toHaveLength(LABELS.length);
  });

  it('answers many files in order, each with its result or its own error', async () => {
    const other = await png(5);
    const broken = photo.subarray(0, photo.length >> 1);
    const { status, body } = await post(
      `${url}?probabilities=true`,
      form([
        ['a.jpg', photo],
        ['broken.jpg', broken],
        ['b.png', other],
      ]),
    );
    expect(status).toBe(200);
    expect(body.results.map((r: { file: string }) => r.file)).toEqual(['a.jpg', 'broken.jpg', 'b.png']);
    expect(body.results[0].probabilities).toEqual((await direct(photo)).probabilities);
    expect(body.results[1].error).toMatchObject({ code: 'E_IMAGE_TRUNCATED', status: 422 });
    expect(body.results[1].error.detail).toContain('broken.jpg');
    expect(body.results[2].probabilities).toEqual((await direct(other)).probabilities);
  });

  it('answers a JSON list with a list, even of one picture, and an empty one with its error', async () => {
    const images = [photo.toString('base64'), ''];
    const { body } = await post(url, JSON.stringify({ images }), 'application/json');
    expect(body.results[0].label).toBe((await direct(photo)).label);
    expect(body.results[1].error.code).toBe('E_IMAGE_EMPTY');
    const lone = await post(url, JSON.stringify({ images: images.slice(0, 1) }), 'application/json');
    expect(lone.body.results).toHaveLength(1);
  });

  it('ignores text fields beside the files', async () => {
    const data = form([['a.jpg', photo]]);
    data.append('note', 'hello');
    expect((await post(url, data)).status).toBe(200);
  });

  it('keeps concurrent answers apart', async () => {
    const photos = await Promise.all(Array.from({ length: 24 }, (_, i) => (i % 2 ? jpeg(i) : png(i))));
    const expected = [];
    for (const bytes of photos) expected.push((await direct(bytes)).probabilities);
    const replies = await Promise.all(
      photos.map((bytes) => post(`${url}?probabilities=true`, bytes, 'image/jpeg')),
    );
    expect(replies.map(({ body }) => body.probabilities)).toEqual(expected);
  });
});

describe('GET', () => {
  it('/healthz and /readyz answer 200 once the server runs', async () => {
    expect((await get(`${server.url}/healthz`)).body).toEqual({ status: 'alive' });
    expect((await get(`${server.url}/readyz`)).body).toEqual({
      status: 'ready',
      workers: { ready: 2, total: 2 },
    });
  });

  it('/model tells labels, task, pipeline and hashes', async () => {
    const { body } = await get(`${server.url}/model`);
    const { metadata } = predictor;
    expect(body).toMatchObject({
      name: 'small_cnn-32',
      hash: await predictor.hash(),
      task: 'single-label',
      labels: LABELS,
      numClasses: LABELS.length,
      pipeline: metadata.pipelines.eval,
      pipelineHash: metadata.pipelineHashes.eval,
    });
  });
});

describe('request ids', () => {
  it('are taken from the caller when sane, made otherwise, and returned', async () => {
    const send = async (id?: string): Promise<string | null> =>
      (await get(`${server.url}/healthz`, id ? { headers: { 'x-request-id': id } } : {})).headers.get(
        'x-request-id',
      );
    expect(await send('trace-42.a')).toBe('trace-42.a');
    expect(await send('a b')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await send('x'.repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await send()).toMatch(/^[0-9a-f-]{36}$/);
  });
});
