/** gRPC, by stubs that @grpc/proto-loader makes from the .proto files, and by what reflection tells. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  type CallOptions,
  Client,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type RunningServer, startServer } from '@saker/serve';
import { createKey } from '@saker/serve/keys';
import { protoPath as healthProto } from 'grpc-health-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../../test/fixtures/certificate.js';
import { reportSkip } from '../../../../test/fixtures/shared.js';
import { until } from '../support/client.js';
import { fastModel, LABELS, slowModel, temporaryFolder } from '../support/models.js';
import { jpeg, png } from '../support/pictures.js';
import { difference, type Expected, expectedFor, framed, unframed } from './support.js';

const MIB = 1024 * 1024;
const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));
const folder = temporaryFolder();
const model = fastModel(folder);
const name = 'small_cnn-32';
const keys = join(folder, 'keys.json');
const reader = createKey(keys, { name: 'reader', scopes: ['predict'] }).key;

function service(file: string, ...path: string[]): ServiceClientConstructor {
  const options = {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
    includeDirs: [PROTO],
  };
  // biome-ignore lint/suspicious/noExplicitAny: a tree of packages
  let at: any = loadPackageDefinition(loadSync(file, options));
  for (const part of path) at = at[part];
  return at;
}
const Inference = service('grpc_service.proto', 'inference', 'GRPCInferenceService');
const Health = service(healthProto, 'grpc', 'health', 'v1', 'Health');

// biome-ignore lint/suspicious/noExplicitAny: messages are checked by their .proto
type Message = any;

function ask(
  client: Client,
  method: string,
  message: object = {},
  key?: string,
  options: CallOptions = {},
): Promise<Message> {
  const metadata = new Metadata();
  if (key) metadata.set('authorization', `Bearer ${key}`);
  return new Promise((resolve, reject) => {
    (client as Message)[method](message, metadata, options, (error: ServiceError | null, reply: Message) =>
      error ? reject(error) : resolve(reply),
    );
  });
}
const failure = (call: Promise<Message>): Promise<ServiceError> =>
  call.then(
    () => {
      throw new Error('the call went well');
    },
    (error) => error,
  );

let server: RunningServer;
let client: Client;
let pictures: Buffer[];
let expected: Expected;

beforeAll(async () => {
  pictures = [await jpeg(1), await png(5)];
  expected = await expectedFor(model, pictures);
  server = await startServer({ model, port: 0, grpcPort: 0, workers: 1, bodyLimit: 2 * MIB, maxPictures: 4 });
  client = new Inference(server.grpcTarget!, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await until(() => server.app.bodyBudget.heldBytes === 0);
  await server.close();
});

const head = (datatype: string, shape: number[]) => ({ name: expected.inputName, datatype, shape });
const tensor = () => head('FP32', [2, ...expected.dims]);
const encoded = () => head('BYTES', [2]);
const infer = (message: object): Promise<Message> =>
  ask(client, 'ModelInfer', { model_name: name, ...message });

describe('the service', () => {
  it('tells what the server is and what its models are', async () => {
    expect(await ask(client, 'ServerLive')).toEqual({ live: true });
    expect(await ask(client, 'ServerReady')).toEqual({ ready: true });
    expect(await ask(client, 'ModelReady', { name })).toEqual({ ready: true });
    expect(await ask(client, 'ModelReady', { name, version: '9' })).toEqual({ ready: false });
    expect((await ask(client, 'ServerMetadata')).extensions).toContain('statistics');
    const metadata = await ask(client, 'ModelMetadata', { name, version: '1' });
    expect(metadata.inputs).toEqual([
      { name: expected.inputName, datatype: 'FP32', shape: [-1, ...expected.dims] },
    ]);
    expect(metadata.outputs).toHaveLength(2);
    const { config } = await ask(client, 'ModelConfig', { name });
    expect(config.input[0]).toMatchObject({
      data_type: 'TYPE_FP32',
      format: 'FORMAT_NCHW',
      dims: [...expected.dims],
    });
    expect(JSON.parse(config.parameters.labels.string_value)).toEqual(LABELS);
    const index = await ask(client, 'RepositoryIndex', { ready: true });
    expect(index.models).toEqual([{ name, version: '1', state: 'READY', reason: '' }]);
  });

  it('classifies tensors and pictures, raw and typed, as saker predict does', async () => {
    const raw = Buffer.from(expected.items.buffer);
    const requests = [
      { inputs: [tensor()], raw_input_contents: [raw] },
      { inputs: [{ ...tensor(), contents: { fp32_contents: Array.from(expected.items) } }] },
      { inputs: [encoded()], raw_input_contents: [framed(pictures)] },
      { inputs: [{ ...encoded(), contents: { bytes_contents: pictures } }] },
    ];
    for (const request of requests) {
      const reply = await infer({ ...request, id: 'a7', model_version: '1' });
      expect(reply).toMatchObject({ model_name: name, model_version: '1', id: 'a7' });
      expect(reply.outputs.map((o: Message) => [o.name, o.datatype, o.shape])).toEqual(
        [expected.outputName, 'probabilities'].map((o) => [o, 'FP32', [2, LABELS.length]]),
      );
      const values = reply.outputs.map((o: Message, i: number) => {
        const bytes: Buffer | undefined = reply.raw_output_contents[i];
        return bytes ? new Float32Array(new Uint8Array(bytes).buffer) : o.contents.fp32_contents;
      });
      expect(reply.raw_output_contents).toHaveLength('raw_input_contents' in request ? 2 : 0);
      expect(difference(values[0], expected.scores)).toBeLessThanOrEqual(1e-6);
      expect(difference(values[1], expected.probabilities)).toBeLessThanOrEqual(1e-6);
    }
  });

  it('classifies by the extension', async () => {
    const outputs = [{ name: 'probabilities', parameters: { classification: { int64_param: 1 } } }];
    const best = expected.probabilities.map((row) => row.indexOf(Math.max(...row)));
    const typed = await infer({
      inputs: [{ ...encoded(), contents: { bytes_contents: pictures } }],
      outputs,
    });
    const texts = typed.outputs[0].contents.bytes_contents.map(String);
    expect(texts.map((text: string) => Number(text.split(':')[1]))).toEqual(best);
    const raw = await infer({ inputs: [encoded()], raw_input_contents: [framed(pictures)], outputs });
    expect(unframed(raw.raw_output_contents[0])).toEqual(texts);
  });

  it('answers a stream in order, goes on after a request that is wrong, and ends', async () => {
    const stream = (client as Message).ModelStreamInfer();
    const replies: Message[] = [];
    const ended = new Promise((resolve, reject) => {
      (stream as ClientReadableStream<Message>)
        .on('data', (reply) => replies.push(reply))
        .on('end', resolve)
        .on('error', reject);
    });
    for (let i = 0; i < 40; i++) {
      const bad = i % 10 === 3;
      const contents = { bytes_contents: [bad ? Buffer.from('no picture') : pictures[i % 2]] };
      stream.write({ model_name: name, id: String(i), inputs: [{ ...head('BYTES', [1]), contents }] });
    }
    stream.end();
    await ended;
    expect(replies.map((reply) => reply.infer_response.id)).toEqual(
      Array.from({ length: 40 }, (_, i) => String(i)),
    );
    for (const [i, reply] of replies.entries()) {
      expect(reply.error_message !== '').toBe(i % 10 === 3);
      const values = reply.infer_response.outputs[1]?.contents.fp32_contents;
      if (values) expect(difference(values, [expected.probabilities[i % 2]!])).toBeLessThanOrEqual(1e-6);
    }
  });
});

describe('requests that are wrong', () => {
  it.each<[string, () => object, status, string]>([
    ['no model', () => ({ model_name: 'nobody' }), status.NOT_FOUND, 'E_MODEL_UNKNOWN'],
    ['no version', () => ({ model_version: '7' }), status.NOT_FOUND, 'E_MODEL_UNKNOWN'],
    ['no input', () => ({ inputs: [] }), status.INVALID_ARGUMENT, 'E_INFER_INVALID'],
    ['no contents', () => ({ inputs: [tensor()] }), status.INVALID_ARGUMENT, 'E_TENSOR_INVALID'],
    [
      'short raw contents',
      () => ({ inputs: [tensor()], raw_input_contents: [Buffer.alloc(8)] }),
      status.INVALID_ARGUMENT,
      'E_TENSOR_INVALID',
    ],
    [
      'too many raw contents',
      () => ({ inputs: [encoded()], raw_input_contents: [framed(pictures), Buffer.alloc(0)] }),
      status.INVALID_ARGUMENT,
      'E_INFER_INVALID',
    ],
    [
      'contents twice',
      () => ({
        inputs: [{ ...encoded(), contents: { bytes_contents: pictures } }],
        raw_input_contents: [framed(pictures)],
      }),
      status.INVALID_ARGUMENT,
      'E_TENSOR_INVALID',
    ],
    [
      'another datatype',
      () => ({ inputs: [{ ...head('INT32', [1]), contents: { int_contents: [1] } }] }),
      status.INVALID_ARGUMENT,
      'E_TENSOR_INVALID',
    ],
    [
      'a value out of range',
      () => ({ inputs: [{ ...head('UINT8', [1]), contents: { uint_contents: [300] } }] }),
      status.INVALID_ARGUMENT,
      'E_TENSOR_INVALID',
    ],
    [
      'no picture',
      () => ({ inputs: [{ ...head('BYTES', [1]), contents: { bytes_contents: [Buffer.from('x')] } }] }),
      status.INVALID_ARGUMENT,
      'E_IMAGE_FORMAT',
    ],
    [
      'an unknown output',
      () => ({
        inputs: [{ ...encoded(), contents: { bytes_contents: pictures } }],
        outputs: [{ name: 'x' }],
      }),
      status.INVALID_ARGUMENT,
      'E_INFER_INVALID',
    ],
  ])('have %s', async (_what, message, code, saker) => {
    const error = await failure(infer(message()));
    expect([error.code, error.metadata.get('saker-code')]).toEqual([code, [saker]]);
    expect(error.details).not.toMatch(/\bat .*:\d+|node_modules|\/packages\//);
  });

  it('are too large', async () => {
    const big = { ...head('BYTES', [1]), contents: { bytes_contents: [Buffer.alloc(3 * MIB)] } };
    const error = await failure(infer({ inputs: [big] }));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    // By the length in front of the message, before it is read.
    expect(error.details).toContain('larger than max');
  });

  it('are bytes that are no message', async () => {
    const raw = new Client(server.grpcTarget!, credentials.createInsecure());
    const identity = (bytes: Buffer): Buffer => bytes;
    const path = '/inference.GRPCInferenceService/ModelInfer';
    const error = await new Promise<ServiceError | null>((resolve) => {
      raw.makeUnaryRequest(path, identity, identity, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff]), (e) =>
        resolve(e),
      );
    });
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.details).not.toMatch(/node_modules|\/packages\//);
    raw.close();
    expect(await ask(client, 'ServerLive')).toEqual({ live: true });
  });

  it('ask for what this server does not have', async () => {
    const raw = new Client(server.grpcTarget!, credentials.createInsecure());
    const identity = (bytes: Buffer): Buffer => bytes;
    const path = '/inference.GRPCInferenceService/SystemSharedMemoryStatus';
    const error = await new Promise<ServiceError | null>((resolve) => {
      raw.makeUnaryRequest(path, identity, identity, Buffer.alloc(0), (e) => resolve(e));
    });
    expect(error?.code).toBe(status.UNIMPLEMENTED);
    raw.close();
  });
});

describe('around it', () => {
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
    const slow = await startServer({ model: slowModel(folder), port: 0, grpcPort: 0, workers: 1 });
    const other = new Inference(slow.grpcTarget!, credentials.createInsecure());
    try {
      const { inputName } = await expectedFor(slowModel(folder), []);
      const input = {
        name: inputName,
        datatype: 'BYTES',
        shape: [1],
        contents: { bytes_contents: [pictures[0]] },
      };
      const request = { model_name: 'mobilenet_v2-448', inputs: [input] };
      // However fast the machine is: the only worker has enough to do for longer than the others' deadlines.
      const many = { ...input, shape: [32], contents: { bytes_contents: Array(32).fill(pictures[0]) } };
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
      const refused = await failure(
        ask(plain, 'ServerLive', {}, undefined, { deadline: Date.now() + 1_000 }),
      );
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
});
