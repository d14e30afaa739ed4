/** gRPC inference, by stubs that @grpc/proto-loader makes from the .proto files. */
import { Client, type ClientReadableStream, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/client.js';
import { fastModel, LABELS, temporaryFolder } from '../support/models.js';
import { jpeg, png } from '../support/pictures.js';
import { ask, failure, Inference, type Message } from './grpc-client.js';
import { difference, type Expected, expectedFor, framed, unframed } from './support.js';

const MIB = 1024 * 1024;
const model = fastModel(temporaryFolder());
const name = 'small_cnn-32';
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
