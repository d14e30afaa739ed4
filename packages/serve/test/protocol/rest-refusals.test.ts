import { gzipSync } from 'node:zlib';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { hugePng, jpeg, png } from '../support/pictures.js';
import { type Answer, type Call, call, OPERATIONS } from './generated-client.js';
import { type Expected, expectedFor } from './support.js';

const MIB = 1024 * 1024;
const model = fastModel(temporaryFolder());
const name = 'small_cnn-32';
let server: RunningServer;
let pictures: Buffer[];
let expected: Expected;

beforeAll(async () => {
  pictures = [await jpeg(1), await png(5)];
  expected = await expectedFor(model, pictures);
  server = await startServer({ model, port: 0, workers: 1, bodyLimit: 2 * MIB, maxPictures: 8 });
});
afterAll(async () => {
  await until(() => server.app.bodyBudget.heldBytes === 0);
  await server.close();
});

const ask = (operation: string, options: Call = {}): Promise<Answer> => call(server.url, operation, options);
const infer = (options: Call): Promise<Answer> => ask('modelInfer', { model: name, ...options });
const bytesInput = (): object => ({
  name: expected.inputName,
  shape: [2],
  datatype: 'BYTES',
  data: pictures.map((picture) => picture.toString('base64')),
});
const tensorInput = (): { name: string; shape: number[]; datatype: string } => ({
  name: expected.inputName,
  shape: [2, ...expected.dims],
  datatype: 'FP32',
});
const itemBytes = (): Buffer => Buffer.from(expected.items.buffer);

const input = (change: object): Call => ({ body: { inputs: [{ ...tensorInput(), data: [], ...change }] } });
const refused = async (options: Call, status: number, code: string): Promise<void> => {
  const answer = await infer(options);
  expect([answer.status, answer.body.code, answer.body.error]).toEqual([status, code, answer.body.detail]);
};

it('name a model or version that is not here', async () => {
  for (const operation of Object.keys(OPERATIONS).filter((one) =>
    OPERATIONS[one]!.path.includes('{model}'),
  )) {
    const body = OPERATIONS[operation]!.method === 'POST' ? { inputs: [] } : undefined;
    expect((await ask(operation, { model: 'nobody', body })).status).toBe(404);
    if (!OPERATIONS[operation]!.path.includes('{version}')) continue;
    expect((await ask(operation, { model: name, version: '7', body })).status).toBe(404);
    expect((await ask(operation, { model: name, version: 'x/../1', body })).status).toBe(404);
  }
});

it.each<[string, object]>([
  ['too few elements', { data: [1, 2, 3] }],
  ['another shape', { shape: [2, 3, 31, 32], data: new Array(2 * 3 * 31 * 32).fill(0) }],
  ['a batch dimension missing', { shape: [3, 32, 32], data: new Array(3 * 32 * 32).fill(0) }],
  ['no pictures', { shape: [0, 3, 32, 32] }],
  ['too many pictures', { shape: [9, 3, 32, 32], data: new Array(9 * 3 * 32 * 32).fill(0) }],
  ['a negative size', { shape: [-1, 3, 32, 32] }],
  ['a size beyond reason', { shape: [9e15, 9e15] }],
  ['another datatype', { datatype: 'INT64', shape: [1, 3, 32, 32], data: new Array(3 * 32 * 32).fill(0) }],
  ['a datatype that does not exist', { datatype: 'COLOUR', shape: [1], data: [0] }],
  ['FP16 as JSON', { datatype: 'FP16', shape: [1], data: [0] }],
  ['strings for numbers', { shape: [1], data: ['1'] }],
  ['a number out of range', { shape: [1], data: [1e39] }],
  ['neither data nor binary data', { data: undefined }],
  ['pictures of rank 2', { datatype: 'BYTES', shape: [1, 2], data: ['', ''] }],
  ['deep nesting', { shape: [1], data: JSON.parse(`${'['.repeat(60)}1${']'.repeat(60)}`) }],
])('have %s', async (_what, change) => {
  await refused(input(change), 400, 'E_TENSOR_INVALID');
});

it('have values that are not numbers, or that overflow in the network', async () => {
  const parameters = { binary_data_size: itemBytes().length };
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 3e38]) {
    const items = new Float32Array(expected.items).fill(value, 0, 3000);
    const body = { inputs: [{ ...tensorInput(), parameters }] };
    const answer = await infer({ body, binary: Buffer.from(items.buffer) });
    if (value === 3e38) expect([200, 400]).toContain(answer.status);
    else expect([answer.status, answer.body.code]).toEqual([400, 'E_TENSOR_INVALID']);
  }
});

it('frame binary data wrongly', async () => {
  const tensor = { ...tensorInput(), parameters: { binary_data_size: itemBytes().length } };
  const short = itemBytes().subarray(4);
  await refused({ body: { inputs: [tensor] }, binary: short }, 400, 'E_TENSOR_INVALID');
  const long = Buffer.concat([itemBytes(), Buffer.alloc(4)]);
  await refused({ body: { inputs: [tensor] }, binary: long }, 400, 'E_INFER_INVALID');
  for (const size of [-1, 1.5, 1e15, 'x'])
    await refused(
      { body: { inputs: [{ ...tensor, parameters: { binary_data_size: size } }] }, binary: itemBytes() },
      400,
      'E_TENSOR_INVALID',
    );
  await refused(
    { body: { inputs: [{ ...tensor, data: [1] }] }, binary: itemBytes() },
    400,
    'E_TENSOR_INVALID',
  );
  const bytes = {
    name: expected.inputName,
    shape: [1],
    datatype: 'BYTES',
    parameters: { binary_data_size: 8 },
  };
  const lying = Buffer.from([255, 255, 255, 255, 1, 2, 3, 4]);
  await refused({ body: { inputs: [bytes] }, binary: lying }, 400, 'E_TENSOR_INVALID');
  for (const length of ['-1', 'x', '99999999', '1e3'])
    await refused(
      { body: { inputs: [tensor] }, headers: { 'inference-header-content-length': length } },
      400,
      'E_INFER_INVALID',
    );
});

it('name inputs or outputs that are not there', async () => {
  await refused(input({ name: 'other' }), 400, 'E_TENSOR_INVALID');
  await refused({ body: { inputs: [bytesInput(), bytesInput()] } }, 400, 'E_INFER_INVALID');
  await refused({ body: { inputs: [] } }, 400, 'E_INFER_INVALID');
  for (const outputs of [[{ name: 'other' }], [{ name: 'probabilities' }, { name: 'probabilities' }]])
    await refused({ body: { inputs: [bytesInput()], outputs } }, 400, 'E_INFER_INVALID');
  const outputs = [{ name: 'probabilities', parameters: { classification: -1 } }];
  await refused({ body: { inputs: [bytesInput()], outputs } }, 400, 'E_TENSOR_INVALID');
});

it('hold pictures that cannot be read', async () => {
  const picture = (bytes: Uint8Array): Call => ({
    body: {
      inputs: [
        {
          name: expected.inputName,
          shape: [1],
          datatype: 'BYTES',
          data: [Buffer.from(bytes).toString('base64')],
        },
      ],
    },
  });
  await refused(picture(Buffer.from('not a picture at all')), 415, 'E_IMAGE_FORMAT');
  await refused(picture(pictures[0]!.subarray(0, -200)), 422, 'E_IMAGE_TRUNCATED');
  await refused(picture(await hugePng()), 413, 'E_IMAGE_TOO_LARGE');
  await refused(picture(new Uint8Array()), 400, 'E_IMAGE_EMPTY');
});

it('are not JSON, or are bombs', async () => {
  const post = async (body: Uint8Array | string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/v2/models/${name}/infer`, {
      method: 'POST',
      body: Buffer.from(body),
      headers,
    });
    return [response.status, ((await response.json()) as { code: string }).code];
  };
  expect(await post('{"inputs":')).toEqual([400, 'E_INFER_INVALID']);
  expect(await post(Buffer.from([0xff, 0xfe]))).toEqual([400, 'E_INFER_INVALID']);
  expect(await post('')).toEqual([400, 'E_INFER_INVALID']);
  const bomb = gzipSync(Buffer.alloc(64 * MIB));
  expect(bomb.length).toBeLessThan(100_000);
  expect(await post(bomb, { 'content-encoding': 'gzip' })).toEqual([413, 'E_BODY_TOO_LARGE']);
  expect(await post('no gzip', { 'content-encoding': 'gzip' })).toEqual([400, 'E_BODY_INVALID']);
  expect(await post(gzipSync('{}').subarray(0, 10), { 'content-encoding': 'gzip' })).toEqual([
    400,
    'E_BODY_INVALID',
  ]);
  expect(await post('{}', { 'content-encoding': 'br' })).toEqual([415, 'E_MEDIA_TYPE']);
});
