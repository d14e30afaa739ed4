import { connect } from 'node:net';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import { type RunningServer, startServer } from '@saker/serve';
import { SAKER_VERSION } from '@saker/spec';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { form, get, post } from '../support/client.js';
import { memoryLog } from '../support/log.js';
import { overflowingModel, slowModel, temporaryFolder } from '../support/models.js';
import { jpeg, png } from '../support/pictures.js';
import { type Collector, type ReceivedSpan, startCollector } from './collector.js';

const folder = temporaryFolder();
const log = memoryLog();
let collector: Collector;
let server: RunningServer;
let photo: Buffer;
let url: string;

beforeAll(async () => {
  process.env.OTEL_BSP_SCHEDULE_DELAY = '20';
  collector = await startCollector();
  const { endpoint } = collector;
  const logger = { stream: log.stream };
  server = await startServer({
    model: slowModel(folder),
    port: 0,
    workers: 1,
    tracing: { endpoint },
    logger,
  });
  url = `${server.url}/predict`;
  photo = await jpeg();
});
afterAll(async () => {
  await server.close();
  await collector.close();
});

let traces = 0;
/** A parent's traceparent, and the ids in it. */
function parent(flags = '01'): { traceId: string; spanId: string; headers: Record<string, string> } {
  traces += 1;
  const traceId = String(traces).padStart(32, 'a');
  const spanId = String(traces).padStart(16, 'b');
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-${flags}` } };
}
const of =
  ({ traceId }: { traceId: string }) =>
  (span: ReceivedSpan): boolean =>
    span.traceId === traceId;

it("a request is a span of the caller's trace, with its stages as they were measured", async () => {
  const caller = parent();
  const { headers } = caller;
  const { status, body } = await post(`${url}?topK=2&key=hush`, photo, 'image/jpeg', { headers });
  expect(status).toBe(200);
  const span = await collector.span('POST /predict', of(caller));
  expect(span).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId, kind: 2, status: 0 });
  expect(span.attributes).toEqual({
    [ATTR_HTTP_REQUEST_METHOD]: 'POST',
    [ATTR_HTTP_ROUTE]: '/predict',
    [ATTR_URL_PATH]: '/predict',
    [ATTR_URL_SCHEME]: 'http',
    [ATTR_NETWORK_PROTOCOL_VERSION]: '1.1',
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200,
    'saker.model.name': 'mobilenet_v2-448',
    'saker.model.version': '1',
    'saker.items': 1,
  });
  expect(span.resource).toMatchObject({
    [ATTR_SERVICE_NAME]: 'saker',
    [ATTR_SERVICE_VERSION]: SAKER_VERSION,
  });
  expect(collector.texts.join()).not.toContain('hush');

  const children = collector.children(span);
  expect(Object.keys(children).sort()).toEqual(['body', 'inference', 'preprocess', 'queue']);
  const { body: read, queue, preprocess, inference } = children as Record<string, ReceivedSpan>;
  const order = [
    span.start,
    read!.start,
    read!.end,
    queue!.start,
    queue!.end,
    preprocess!.end,
    inference!.end,
    span.end,
  ];
  // Nanoseconds are counted in doubles of milliseconds since 1970, which have a quarter of a microsecond.
  for (const [i, time] of order.slice(1).entries()) expect(time).toBeGreaterThanOrEqual(order[i]! - 0.001);
  expect(preprocess!.start).toBeCloseTo(queue!.end, 2);
  expect(inference!.start).toBeCloseTo(preprocess!.end, 2);
  const { queueMs, preprocessMs, inferenceMs } = body.timings;
  expect(queue!.end - queue!.start).toBeCloseTo(queueMs, 2);
  expect(preprocess!.end - preprocess!.start).toBeCloseTo(preprocessMs, 2);
  expect(inference!.end - inference!.start).toBeCloseTo(inferenceMs, 2);
  expect(inference!.attributes).toEqual({ 'saker.batch.size': 1 });
  expect(Math.abs(span.end - Date.now())).toBeLessThan(60_000);
});

it('several pictures are one span, whose stages are those of the last one that was ready', async () => {
  const caller = parent();
  const upload = form([
    ['a.jpg', photo],
    ['b.jpg', await jpeg(2)],
    ['no.jpg', Buffer.from('no picture')],
  ]);
  const { status, body } = await post(url, upload, undefined, { headers: caller.headers });
  expect(status).toBe(200);
  const span = await collector.span('POST /predict', of(caller));
  expect(span.attributes).toMatchObject({ 'saker.items': 3, [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200 });
  expect(span.attributes).not.toHaveProperty(ATTR_ERROR_TYPE);
  const { queue, inference } = collector.children(span) as Record<string, ReceivedSpan>;
  const waits = body.results.slice(0, 2).map((r: { timings: { queueMs: number } }) => r.timings.queueMs);
  expect(queue!.end - queue!.start).toBeCloseTo(Math.max(...waits), 2);
  expect(inference!.attributes['saker.batch.size']).toBeGreaterThanOrEqual(1);
});

it('the Open Inference Protocol is traced by the template of its route', async () => {
  const caller = parent();
  const described = (await get(`${server.url}/v2/models/mobilenet_v2-448`)).body;
  const input = {
    name: described.inputs[0].name,
    datatype: 'BYTES',
    shape: [1],
    data: [photo.toString('base64')],
  };
  const { headers } = caller;
  const path = '/v2/models/mobilenet_v2-448/infer';
  const answer = await post(`${server.url}${path}`, JSON.stringify({ inputs: [input] }), undefined, {
    headers,
  });
  expect(answer.status).toBe(200);
  const span = await collector.span('POST /v2/models/:name/infer', of(caller));
  expect(span.attributes).toMatchObject({ [ATTR_URL_PATH]: path, 'saker.model.name': 'mobilenet_v2-448' });
  expect(Object.keys(collector.children(span)).sort()).toEqual(['body', 'inference', 'preprocess', 'queue']);
});

it('errors have their code; only those of the server are errors of the span', async () => {
  const refused = parent();
  await post(url, 'no picture', 'image/jpeg', { headers: refused.headers });
  const span = await collector.span('POST /predict', of(refused));
  expect(span.attributes).toMatchObject({
    [ATTR_ERROR_TYPE]: 'E_IMAGE_FORMAT',
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: 415,
  });
  expect(span.status).toBe(0);

  const { endpoint } = collector;
  const broken = await startServer({
    model: overflowingModel(folder),
    port: 0,
    workers: 1,
    tracing: { endpoint },
  });
  const caller = parent();
  const { status } = await post(`${broken.url}/predict`, await png(), 'image/png', {
    headers: caller.headers,
  });
  await broken.close();
  expect(status).toBe(500);
  const failed = await collector.span('POST /predict', of(caller));
  expect(failed.attributes).toMatchObject({
    [ATTR_ERROR_TYPE]: 'E_MODEL_RUN',
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: 500,
  });
  expect(failed.status).toBe(2);
});

it('nothing that a stranger writes into a path, a method or a name becomes part of a span', async () => {
  const caller = parent();
  await get(`${server.url}/hush-path?hush-query`, { headers: caller.headers });
  const span = await collector.span('GET', of(caller));
  expect(span.attributes).toMatchObject({
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: 404,
    [ATTR_ERROR_TYPE]: 'E_ROUTE_NOT_FOUND',
  });
  expect(span.attributes).not.toHaveProperty(ATTR_HTTP_ROUTE);
  const other = parent();
  const { headers } = other;
  await post(`${url}?model=hush-model`, photo, 'image/jpeg', { headers });
  const unknown = await collector.span('POST /predict', of(other));
  expect(unknown.attributes).toMatchObject({ [ATTR_ERROR_TYPE]: 'E_MODEL_UNKNOWN' });
  const third = parent();
  const method = await fetch(url, { method: 'PROPFIND', headers: third.headers });
  expect(method.status).toBe(404);
  expect((await collector.span('HTTP', of(third))).attributes).toMatchObject({
    [ATTR_HTTP_REQUEST_METHOD]: '_OTHER',
  });
  expect(collector.texts.join()).not.toContain('hush');
});

it('a client that leaves ends its span as an error without a status', async () => {
  const caller = parent();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n`;
  socket.write(`${head}traceparent: ${caller.headers.traceparent}\r\n\r\nsome`);
  setTimeout(() => socket.destroy(), 50);
  const span = await collector.span('POST /predict', of(caller));
  expect(span.status).toBe(2);
  expect(span.attributes).not.toHaveProperty(ATTR_HTTP_RESPONSE_STATUS_CODE);
  expect(span.attributes[ATTR_ERROR_TYPE]).toMatch(/^E_/);
});

it('an unsampled parent is followed: its request is answered and not sent', async () => {
  const unsampled = parent('00');
  const sampled = parent();
  expect((await post(url, photo, 'image/jpeg', { headers: unsampled.headers })).status).toBe(200);
  expect((await post(url, photo, 'image/jpeg', { headers: sampled.headers })).status).toBe(200);
  await collector.span('POST /predict', of(sampled));
  expect(collector.spans.filter(of(unsampled))).toEqual([]);
  const line = log.lines().find(({ trace_id }) => trace_id === unsampled.traceId);
  expect(line).toMatchObject({ trace_flags: '00', msg: 'request' });
});

it.each([
  ['zero ids', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${'A'.repeat(32)}-${'c'.repeat(16)}-01`],
  ['an unknown version', `ff-${'a'.repeat(32)}-${'c'.repeat(16)}-01`],
  ['more than there may be', `00-${'a'.repeat(32)}-${'c'.repeat(16)}-01-more`],
  ['anything', `'; DROP TABLE spans; --${'x'.repeat(8000)}`],
  ['two of them', `00-${'d'.repeat(32)}-${'c'.repeat(16)}-01, 00-${'e'.repeat(32)}-${'c'.repeat(16)}-01`],
])('a traceparent of %s begins a new trace', async (_what, traceparent) => {
  traces += 1;
  const id = `odd-${traces}`;
  const headers = { traceparent, 'x-request-id': id };
  expect((await post(url, photo, 'image/jpeg', { headers })).status).toBe(200);
  const line = log.lines().find(({ reqId }) => reqId === id) as { trace_id: string };
  expect(line.trace_id).toMatch(/^[0-9a-f]{32}$/);
  expect(traceparent).not.toContain(line.trace_id);
  const span = await collector.span('POST /predict', ({ traceId }) => traceId === line.trace_id);
  expect(span.parentSpanId).toBeUndefined();
});

it('probes and the scraper leave no trace', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/v2/health/live', '/v2/health/ready'])
    await fetch(`${server.url}${path}`);
  const caller = parent();
  await get(`${server.url}/model`, { headers: caller.headers });
  await collector.span('GET /model', of(caller));
  const routes = new Set(collector.spans.map(({ attributes }) => attributes[ATTR_HTTP_ROUTE]));
  expect([...routes].filter((route) => /health|ready|metrics/.test(String(route)))).toEqual([]);
});

it('the lines of the log have the ids of the trace', async () => {
  const caller = parent();
  await post(url, photo, 'image/jpeg', { headers: caller.headers });
  const span = await collector.span('POST /predict', of(caller));
  const line = log.lines().find(({ trace_id }) => trace_id === caller.traceId);
  expect(line).toMatchObject({ msg: 'request', span_id: span.spanId, trace_flags: '01', path: '/predict' });
});
