/** Traces of gRPC calls, as a collector gets them. */
import { type Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  ATTR_ERROR_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
} from '@opentelemetry/semantic-conventions';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, Health, Inference, type Message } from '../protocol/grpc-client.js';
import { until } from '../support/client.js';
import { memoryLog } from '../support/log.js';
import { slowModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { type Collector, type ReceivedSpan, startCollector } from './collector.js';

const NAME = 'mobilenet_v2-448';
const SERVICE = 'inference.GRPCInferenceService';
const model = slowModel(temporaryFolder());
const log = memoryLog();
let collector: Collector;
let server: RunningServer;
let client: Client;
let message: object;

beforeAll(async () => {
  process.env.OTEL_BSP_SCHEDULE_DELAY = '20';
  collector = await startCollector();
  const { endpoint } = collector;
  const logger = { stream: log.stream };
  server = await startServer({
    model,
    port: 0,
    grpcPort: 0,
    workers: 1,
    maxBatchSize: 1,
    tracing: { endpoint },
    logger,
  });
  client = new Inference(server.grpcTarget as string, credentials.createInsecure());
  const { inputs } = await ask(client, 'ModelMetadata', { name: NAME });
  const input = { name: inputs[0].name, datatype: 'BYTES', shape: [1] };
  const contents = { bytes_contents: [await jpeg()] };
  message = { model_name: NAME, inputs: [{ ...input, contents }] };
});
afterAll(async () => {
  client.close();
  await server.close();
  await collector.close();
});

let calls = 0;
function parent(flags = '01'): { traceId: string; spanId: string; metadata: Metadata } {
  calls += 1;
  const traceId = String(calls).padStart(32, 'a');
  const spanId = String(calls).padStart(16, 'b');
  const metadata = new Metadata();
  metadata.set('traceparent', `00-${traceId}-${spanId}-${flags}`);
  return { traceId, spanId, metadata };
}
const of =
  ({ traceId }: { traceId: string }) =>
  (span: ReceivedSpan): boolean =>
    span.traceId === traceId;

function call(method: string, body: object, metadata: Metadata, to = client): Promise<ServiceError | null> {
  return new Promise((resolve) => {
    (to as Message)[method](body, metadata, (error: ServiceError | null) => resolve(error));
  });
}

it("a call is a span of the caller's trace, with its stages", async () => {
  const caller = parent();
  expect(await call('ModelInfer', message, caller.metadata)).toBeNull();
  const span = await collector.span(`${SERVICE}/ModelInfer`, of(caller));
  expect(span).toMatchObject({ parentSpanId: caller.spanId, kind: 2, status: 0 });
  expect(span.attributes).toEqual({
    [ATTR_RPC_SYSTEM_NAME]: 'grpc',
    [ATTR_RPC_METHOD]: `${SERVICE}/ModelInfer`,
    [ATTR_RPC_STATUS_CODE]: 'OK',
    'saker.model.name': NAME,
    'saker.model.version': '1',
    'saker.items': 1,
  });
  const children = collector.children(span);
  expect(Object.keys(children).sort()).toEqual(['body', 'inference', 'preprocess', 'queue']);
  for (const child of Object.values(children)) {
    expect(child.start).toBeGreaterThanOrEqual(span.start - 0.001);
    expect(child.end).toBeLessThanOrEqual(span.end + 0.001);
  }
  const line = log.lines().find(({ trace_id }) => trace_id === caller.traceId);
  expect(line).toMatchObject({ msg: 'request', method: 'gRPC', span_id: span.spanId });
});

it('an unsampled parent is followed, and a key that came twice begins a new trace', async () => {
  const unsampled = parent('00');
  expect(await call('ModelInfer', message, unsampled.metadata)).toBeNull();
  const twice = parent();
  twice.metadata.add('traceparent', `00-${'d'.repeat(32)}-${'c'.repeat(16)}-01`);
  twice.metadata.set('x-request-id', 'twice');
  expect(await call('ModelInfer', message, twice.metadata)).toBeNull();
  const last = parent();
  expect(await call('ModelInfer', message, last.metadata)).toBeNull();
  await collector.span(`${SERVICE}/ModelInfer`, of(last));
  expect(collector.spans.filter(of(unsampled))).toEqual([]);
  const { trace_id } = log.lines().find(({ reqId }) => reqId === 'twice') as { trace_id: string };
  expect(trace_id).toMatch(/^[0-9a-f]{32}$/);
  expect([twice.traceId, 'd'.repeat(32)]).not.toContain(trace_id);
});

it("errors have Saker's code and gRPC's status; only faults of the server are errors of the span", async () => {
  const caller = parent();
  await call('ModelInfer', { ...message, model_name: 'hush-model' }, caller.metadata);
  const span = await collector.span(`${SERVICE}/ModelInfer`, of(caller));
  expect(span.attributes).toMatchObject({
    [ATTR_ERROR_TYPE]: 'E_MODEL_UNKNOWN',
    [ATTR_RPC_STATUS_CODE]: 'NOT_FOUND',
  });
  expect(span.status).toBe(0);
  expect(collector.texts.join()).not.toContain('hush');
});

it('nothing of a method that is not there reaches the collector', async () => {
  const path = `/${SERVICE}/HushMethod`;
  const same = (bytes: Buffer): Buffer => bytes;
  const error = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.alloc(0), parent().metadata, (failure) =>
      resolve(failure),
    );
  });
  expect(error?.code).toBe(status.UNIMPLEMENTED);
  const last = parent();
  expect(await call('ModelReady', { name: NAME }, last.metadata)).toBeNull();
  await collector.span(`${SERVICE}/ModelReady`, of(last));
  expect(collector.texts.join()).not.toContain('Hush');
});

it('each message of a stream is a part of its span, with stages of its own', async () => {
  const caller = parent();
  const stream = (client as Message).ModelStreamInfer(caller.metadata);
  let answers = 0;
  stream.on('data', () => {
    answers += 1;
  });
  stream.write(message);
  stream.write({ ...message, model_name: 'none' });
  await until(() => answers === 2);
  stream.end();
  const span = await collector.span(`${SERVICE}/ModelStreamInfer`, of(caller));
  const parts = collector.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  expect(parts.map(({ name, kind }) => [name, kind])).toEqual([
    ['message', 1],
    ['message', 1],
  ]);
  const failed = parts.find(({ attributes }) => attributes[ATTR_ERROR_TYPE] === 'E_MODEL_UNKNOWN');
  const good = parts.find((part) => part !== failed) as ReceivedSpan;
  expect(failed).toBeDefined();
  expect(good.attributes).toMatchObject({ 'saker.model.name': NAME });
  expect(Object.keys(collector.children(good)).sort()).toEqual(['inference', 'preprocess', 'queue']);
});

it('a call that its client cancels ends its span', async () => {
  const infer = () => call('ModelInfer', message, new Metadata());
  const first = infer();
  const before = Array.from({ length: 10 }, infer);
  const caller = parent();
  const waiting = (client as Message).ModelInfer(message, caller.metadata, () => undefined);
  // One worker and no batches: when it has answered the first, the last still waits for the others.
  await first;
  waiting.cancel();
  const span = await collector.span(`${SERVICE}/ModelInfer`, of(caller));
  expect(span.attributes).toMatchObject({
    [ATTR_RPC_STATUS_CODE]: 'CANCELLED',
    [ATTR_ERROR_TYPE]: 'CANCELLED',
  });
  expect(span.status).toBe(0);
  for (const error of await Promise.all(before)) expect(error).toBeNull();
});

it('health leaves no trace', async () => {
  const health = new Health(server.grpcTarget as string, credentials.createInsecure());
  const caller = parent();
  expect(await call('Check', {}, caller.metadata, health)).toBeNull();
  expect(await call('ServerReady', {}, caller.metadata)).toBeNull();
  health.close();
  const last = parent();
  expect(await call('ModelReady', { name: NAME }, last.metadata)).toBeNull();
  await collector.span(`${SERVICE}/ModelReady`, of(last));
  expect(collector.spans.filter(of(caller))).toEqual([]);
});
