/** gRPC beside inference: health, reflection, keys, deadlines, TLS; by stubs and by what reflection tells. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { credentials, status } from '@grpc/grpc-js';
import { type RunningServer, startServer } from '@saker/serve';
import { createKey } from '@saker/serve/keys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificate } from '../../../../test/fixtures/certificate.js';
import { reportSkip } from '../../../../test/fixtures/shared.js';
import { until } from '../support/client.js';
import { fastModel, slowModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { ask, failure, Health, Inference, type Message, service } from './grpc-client.js';
import { expectedFor } from './support.js';

const folder = temporaryFolder();
const model = fastModel(folder);
const name = 'small_cnn-32';
const keys = join(folder, 'keys.json');
const reader = createKey(keys, { name: 'reader', scopes: ['predict'] }).key;

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ model, port: 0, grpcPort: 0, workers: 1 });
});
afterAll(() => server.close());

it('health answers as /readyz does, reflection with the service and its file', async () => {
  const health = new Health(server.grpcTarget!, credentials.createInsecure());
  expect(await ask(health, 'Check')).toEqual({ status: 'SERVING' });
  expect(await ask(health, 'Check', { service: 'inference.GRPCInferenceService' })).toEqual({
    status: 'SERVING',
  });
  health.close();
  const reflectionProto = fileURLToPath(import.meta.resolve('@grpc/reflection')).replace(
    /build.*/,
    'build/proto/grpc/reflection/v1/reflection.proto',
  );
  const Reflection = service(reflectionProto, 'grpc', 'reflection', 'v1', 'ServerReflection');
  const reflection = new Reflection(server.grpcTarget!, credentials.createInsecure());
  const exchange = (request: object): Promise<Message> =>
    new Promise((resolve, reject) => {
      const stream = (reflection as Message).ServerReflectionInfo();
      stream.on('data', resolve).on('error', reject);
      stream.write(request);
      stream.end();
    });
  const services = (await exchange({ list_services: '' })).list_services_response.service.map(
    (s: Message) => s.name,
  );
  expect(services).toContain('inference.GRPCInferenceService');
  const file = await exchange({ file_containing_symbol: 'inference.GRPCInferenceService' });
  const text = Buffer.concat(file.file_descriptor_response.file_descriptor_proto).toString('latin1');
  for (const part of ['ModelStreamInfer', 'raw_input_contents', 'RepositoryModelUnload'])
    expect(text).toContain(part);
  reflection.close();
});

it('asks for keys as HTTP does, before it reads a message, and counts the same requests', async () => {
  const security = { apiKeys: keys, rateLimit: { max: 6, windowMs: 60_000 } };
  let log = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const guarded = await startServer({
    model,
    port: 0,
    grpcPort: 0,
    workers: 1,
    security,
    logger: { stream },
  });
  const other = new Inference(guarded.grpcTarget!, credentials.createInsecure());
  try {
    expect(await ask(other, 'ServerLive')).toEqual({ live: true });
    expect((await failure(ask(other, 'ServerMetadata'))).code).toBe(status.UNAUTHENTICATED);
    expect((await failure(ask(other, 'ModelInfer', { model_name: 'nobody' }))).code).toBe(
      status.UNAUTHENTICATED,
    );
    expect((await failure(ask(other, 'ServerMetadata', {}, 'saker_x'))).code).toBe(status.UNAUTHENTICATED);
    expect((await ask(other, 'ServerMetadata', {}, reader)).name).toBe('saker');
    const load = failure(ask(other, 'RepositoryModelLoad', { model_name: name }, reader));
    expect((await load).code).toBe(status.PERMISSION_DENIED);
    for (let i = 0; i < 4; i++)
      await fetch(`${guarded.url}/v2`, { headers: { authorization: `Bearer ${reader}` } });
    const limited = await failure(ask(other, 'ServerMetadata', {}, reader));
    expect([limited.code, limited.metadata.get('saker-code')]).toEqual([
      status.RESOURCE_EXHAUSTED,
      ['E_RATE_LIMITED'],
    ]);
    expect(Number(limited.metadata.get('retry-after')[0])).toBeGreaterThan(0);
    const lines = log
      .split('\n')
      .filter((line) => line.includes('"gRPC"'))
      .map((line) => JSON.parse(line));
    const id = reader.split('_')[1];
    expect(lines.map(({ path, status: code, caller }) => [path.split('/')[2], code, caller])).toEqual([
      ['ServerLive', 'OK', undefined],
      ['ServerMetadata', 'UNAUTHENTICATED', undefined],
      ['ModelInfer', 'UNAUTHENTICATED', undefined],
      ['ServerMetadata', 'UNAUTHENTICATED', undefined],
      ['ServerMetadata', 'OK', `key:${id}`],
      ['RepositoryModelLoad', 'PERMISSION_DENIED', `key:${id}`],
      ['ServerMetadata', 'RESOURCE_EXHAUSTED', `key:${id}`],
    ]);
    expect(log).not.toContain(reader);
  } finally {
    other.close();
    await guarded.close();
  }
});

it('drops work whose deadline has passed or whose client has cancelled', async () => {
  const picture = await jpeg(1);
  const slow = await startServer({ model: slowModel(folder), port: 0, grpcPort: 0, workers: 1 });
  const other = new Inference(slow.grpcTarget!, credentials.createInsecure());
  try {
    const { inputName } = await expectedFor(slowModel(folder), []);
    const input = {
      name: inputName,
      datatype: 'BYTES',
      shape: [1],
      contents: { bytes_contents: [picture] },
    };
    const request = { model_name: 'mobilenet_v2-448', inputs: [input] };
    // However fast the machine is: the only worker has enough to do for longer than the others' deadlines.
    const many = { ...input, shape: [32], contents: { bytes_contents: Array(32).fill(picture) } };
    const busy = ask(other, 'ModelInfer', { ...request, inputs: [many] });
    await until(() => slow.app.models.state().running > 0, 5_000);
    const calls = Array.from({ length: 20 }, () =>
      failure(ask(other, 'ModelInfer', request, undefined, { deadline: Date.now() + 60 })),
    );
    for (const call of calls) expect((await call).code).toBe(status.DEADLINE_EXCEEDED);
    await busy;
    await until(() => slow.app.models.state().waiting === 0, 1_000);
    expect((await ask(other, 'ModelInfer', request)).outputs).toHaveLength(2);
  } finally {
    other.close();
    await slow.close();
  }
});

it('is cut off when a message does not arrive, and leaves no room for more connections than allowed', async () => {
  const options = { model, port: 0, grpcPort: 0, workers: 1, requestTimeoutMs: 300, maxConnections: 2 };
  const strict = await startServer(options);
  const session = connect(`http://${strict.grpcTarget}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/inference.GRPCInferenceService/ModelInfer',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    // The head of a message of 1000 bytes, and no more.
    stream.write(Buffer.from([0, 0, 0, 3, 232, 1]));
    const before = performance.now();
    const code = await new Promise((resolve) => {
      const look = (headers: object): void => {
        const found = (headers as Record<string, string>)['grpc-status'];
        if (found !== undefined) resolve(Number(found));
      };
      stream.on('response', look).on('trailers', look).on('error', resolve).resume();
    });
    expect(code).toBe(status.DEADLINE_EXCEEDED);
    expect(performance.now() - before).toBeLessThan(3_000);
    const { hostname, port } = new URL(`http://${strict.grpcTarget}`);
    const closedWithin = (ms: number): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connectSocket(Number(port), hostname);
        socket
          .on('close', () => resolve(true))
          .on('error', () => undefined)
          .resume();
        setTimeout(() => resolve(socket.destroyed), ms);
      });
    expect(await closedWithin(200)).toBe(false);
    expect(await closedWithin(10_000)).toBe(true);
  } finally {
    session.destroy();
    await strict.close();
  }
});

it('speaks TLS with the files of HTTP', async () => {
  const files = makeCertificate(folder);
  if (!files) return reportSkip('gRPC over TLS (no openssl to make a certificate with)');
  const secure = await startServer({ model, port: 0, grpcPort: 0, workers: 1, security: { tls: files } });
  const trust = credentials.createSsl(readFileSync(files.cert));
  const options = { 'grpc.ssl_target_name_override': 'localhost', 'grpc.default_authority': 'localhost' };
  const other = new Inference(secure.grpcTarget!, trust, options);
  const plain = new Inference(secure.grpcTarget!, credentials.createInsecure());
  try {
    const deadline = { deadline: Date.now() + 5_000 };
    const waiting = (): Promise<Message> => ask(other, 'ServerLive', {}, undefined, { ...deadline });
    await until(async () => (await waiting().catch(() => null))?.live === true, 5_000);
    const refused = await failure(ask(plain, 'ServerLive', {}, undefined, { deadline: Date.now() + 1_000 }));
    expect([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]).toContain(refused.code);
  } finally {
    other.close();
    plain.close();
    await secure.close();
  }
});

it('refuses a port that is taken', async () => {
  const port = Number(server.grpcTarget!.split(':').at(-1));
  const start = startServer({ model, port: 0, grpcPort: port, workers: 1 });
  await expect(start).rejects.toMatchObject({ code: 'E_PORT_IN_USE' });
});
