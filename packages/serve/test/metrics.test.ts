import { type RunningServer, startServer } from '@saker/serve';
import { runLoad } from '@saker/serve/load';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { post } from './support/client.js';
import { fastModel, temporaryFolder } from './support/models.js';
import { jpeg } from './support/pictures.js';

const model = fastModel(temporaryFolder());
let server: RunningServer;
let photo: Buffer;

beforeAll(async () => {
  photo = await jpeg();
  server = await startServer({ model, port: 0, workers: 1 });
});
afterAll(() => server.close());

async function value(line: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return Number(found?.split(' ').at(-1) ?? 0);
}

it('GET /metrics counts requests, failures by reason, items, batches and stages for each version', async () => {
  const labels = 'model="small_cnn-32",version="1"';
  const url = `${server.url}/predict`;
  const before = await value(`saker_inference_requests_total{${labels},outcome="success",reason=""}`);
  for (let i = 0; i < 3; i++) expect((await post(url, photo, 'image/jpeg')).status).toBe(200);
  expect((await post(url, 'no picture at all', 'image/jpeg')).status).toBe(415);
  expect(
    (await value(`saker_inference_requests_total{${labels},outcome="success",reason=""}`)) - before,
  ).toBe(3);
  expect(
    await value(`saker_inference_requests_total{${labels},outcome="failure",reason="E_IMAGE_FORMAT"}`),
  ).toBe(1);
  expect(await value(`saker_inference_items_total{${labels}}`)).toBe(3 + before);
  expect(await value(`saker_inference_executions_total{${labels}}`)).toBeGreaterThanOrEqual(4);
  expect(await value(`saker_inference_request_duration_seconds_count{${labels}}`)).toBe(3 + before);
  for (const stage of ['queue', 'compute_input', 'compute_infer'])
    expect(
      await value(`saker_inference_stage_duration_seconds_count{${labels},stage="${stage}"}`),
    ).toBeGreaterThanOrEqual(3);
  expect(await value(`saker_model_ready{${labels}}`)).toBe(1);
  expect(await value(`saker_inference_workers{${labels},state="ready"}`)).toBe(1);
  expect(await value('saker_http_requests_total{status="415"}')).toBe(1);
});

it('the load generator counts what the server answered, at a rate and by connections', async () => {
  const pictures = [photo];
  const open = await runLoad({ url: server.url, pictures, seconds: 1, rate: 20 });
  expect(open).toMatchObject({ mode: 'open', requests: 20, statuses: { 200: 20 }, unanswered: 0 });
  expect(open.latency.p50).toBeGreaterThan(0);
  const closed = await runLoad({ url: server.url, pictures, seconds: 0.5, connections: 2 });
  expect(closed.statuses['200']).toBe(closed.requests);
  await expect(runLoad({ url: 'http://127.0.0.1:1', pictures, seconds: 1 })).rejects.toMatchObject({
    code: 'E_BENCH_FAILED',
  });
  await expect(runLoad({ url: `${server.url}/none`, pictures, seconds: 1 })).rejects.toThrow(/404/);
});
