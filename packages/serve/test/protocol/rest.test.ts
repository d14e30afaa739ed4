import { request } from 'node:http';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/client.js';
import { fastModel, LABELS, temporaryFolder } from '../support/models.js';
import { hugePng, jpeg, png } from '../support/pictures.js';
import { type Answer, type Call, call, OPERATIONS } from './generated-client.js';
import { difference, type Expected, expectedFor, framed, unframed } from './support.js';

const MIB = 1024 * 1024;
const model = fastModel(temporaryFolder());
const name = 'small_cnn-32';
const used = new Set<string>();
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

const ask = (operation: string, options: Call = {}): Promise<Answer> => {
  used.add(operation);
  return call(server.url, operation, options);
};
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
const outputNamed = (answer: Answer, output: string) =>
  answer.body.outputs.find((one: { name: string }) => one.name === output);

describe('the server', () => {
  it('is live and ready, and says what it is and can', async () => {
    expect((await ask('serverLive')).status).toBe(200);
    expect((await ask('serverReady')).status).toBe(200);
    const { body } = await ask('serverMetadata');
    expect(body.name).toBe('saker');
    expect(body.extensions).toEqual(
      expect.arrayContaining([
        'binary_tensor_data',
        'classification',
        'model_configuration',
        'model_repository',
        'statistics',
      ]),
    );
  });
});

describe.each([undefined, '1'])('a model in version %s', (version) => {
  it('is ready and tells its tensors and configuration', async () => {
    expect((await ask('modelReady', { model: name, version })).status).toBe(200);
    const { body } = await ask('modelMetadata', { model: name, version });
    expect(body).toEqual({
      name,
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: expected.inputName, datatype: 'FP32', shape: [-1, ...expected.dims] }],
      outputs: [expected.outputName, 'probabilities'].map((output) => ({
        name: output,
        datatype: 'FP32',
        shape: [-1, LABELS.length],
      })),
    });
    const config = (await ask('modelConfig', { model: name, version })).body;
    expect(config.input[0]).toEqual({
      name: expected.inputName,
      data_type: 'TYPE_FP32',
      format: 'FORMAT_NCHW',
      dims: [...expected.dims],
    });
    expect(JSON.parse(config.parameters.labels.string_value)).toEqual(LABELS);
  });

  it('classifies tensors and encoded pictures, sent and answered as JSON or binary, as saker predict does', async () => {
    const json = { inputs: [{ ...tensorInput(), data: Array.from(expected.items) }], id: '42' };
    const encoded = framed(pictures);
    const calls: Call[] = [
      { version, body: json },
      {
        version,
        body: { inputs: [{ ...tensorInput(), parameters: { binary_data_size: itemBytes().length } }] },
        binary: itemBytes(),
      },
      { version, body: { inputs: [bytesInput()] } },
      {
        version,
        body: {
          inputs: [
            {
              name: expected.inputName,
              shape: [2],
              datatype: 'BYTES',
              parameters: { binary_data_size: encoded.length },
            },
          ],
        },
        binary: encoded,
      },
    ];
    for (const one of calls) {
      const answer = await infer(one);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ model_name: name, model_version: '1' });
      expect(answer.body.id).toBe((one.body as { id?: string }).id);
      const [scores, probabilities] = [expected.outputName, 'probabilities'].map((o) =>
        outputNamed(answer, o),
      );
      expect(scores.shape).toEqual([2, LABELS.length]);
      expect(difference(scores.data, expected.scores)).toBeLessThanOrEqual(1e-6);
      expect(difference(probabilities.data, expected.probabilities)).toBeLessThanOrEqual(1e-6);
      const binary = await infer({
        ...one,
        body: { ...one.body, parameters: { binary_data_output: true }, outputs: [{ name: 'probabilities' }] },
      });
      expect(binary.body.outputs).toEqual([
        {
          name: 'probabilities',
          datatype: 'FP32',
          shape: [2, LABELS.length],
          parameters: { binary_data_size: 40 },
        },
      ]);
      const floats = new Float32Array(new Uint8Array(binary.binary).buffer);
      expect(difference(floats, expected.probabilities)).toBeLessThanOrEqual(1e-6);
    }
  });
});

describe('inference', () => {
  it('takes data nested as the shape is', async () => {
    const [c = 0, h = 0, w = 0] = expected.dims;
    const at = (i: number, j: number, k: number): number[] => {
      const from = ((i * c + j) * h + k) * w;
      return [...expected.items.subarray(from, from + w)];
    };
    const data = [0, 1].map((i) =>
      Array.from({ length: c }, (_, j) => Array.from({ length: h }, (_, k) => at(i, j, k))),
    );
    const answer = await infer({ body: { inputs: [{ ...tensorInput(), data }] } });
    expect(difference(outputNamed(answer, 'probabilities').data, expected.probabilities)).toBeLessThanOrEqual(
      1e-6,
    );
  });

  it('takes a whole body as one picture when the JSON has no length', async () => {
    const response = await fetch(`${server.url}/v2/models/${name}/infer`, {
      method: 'POST',
      headers: { 'inference-header-content-length': '0', 'content-type': 'application/octet-stream' },
      body: new Uint8Array(pictures[0]!),
    });
    expect(response.status).toBe(200);
    const length = Number(response.headers.get('inference-header-content-length'));
    const bytes = Buffer.from(await response.arrayBuffer());
    const { outputs } = JSON.parse(bytes.subarray(0, length).toString());
    expect(outputs.map((o: { name: string }) => o.name)).toEqual([expected.outputName, 'probabilities']);
    const floats = new Float32Array(new Uint8Array(bytes.subarray(length + 20)).buffer);
    expect(difference(floats, expected.probabilities.slice(0, 1))).toBeLessThanOrEqual(1e-6);
  });

  it('classifies: the best classes as "value:index:label"', async () => {
    const outputs = [{ name: 'probabilities', parameters: { classification: 2 } }];
    const answer = await infer({ body: { inputs: [bytesInput()], outputs } });
    const [output] = answer.body.outputs;
    expect([output.datatype, output.shape]).toEqual(['BYTES', [2, 2]]);
    const rows = expected.probabilities.map((row) => {
      const order = [...row.keys()].sort((a, b) => row[b]! - row[a]!);
      return order.slice(0, 2);
    });
    const parsed = output.data.map((text: string) => text.split(':'));
    expect(parsed.map((p: string[]) => Number(p[1]))).toEqual(rows.flat());
    expect(parsed.map((p: string[]) => p[2])).toEqual(rows.flat().map((index) => LABELS[index]));
    parsed.forEach((p: string[], i: number) => {
      const value = expected.probabilities[i >> 1]![Number(p[1])]!;
      expect(Math.abs(Number(p[0]) - value)).toBeLessThanOrEqual(1e-6);
    });
    const most = [{ name: expected.outputName, parameters: { classification: 99, binary_data: true } }];
    const binary = await infer({ body: { inputs: [bytesInput()], outputs: most } });
    expect(binary.body.outputs[0].shape).toEqual([2, LABELS.length]);
    expect(unframed(binary.binary)).toHaveLength(2 * LABELS.length);
  });

  it.each(['gzip', 'deflate'] as const)('takes and gives bodies compressed with %s', async (encoding) => {
    const eight = [0, 1, 2, 3].flatMap(() => pictures.map((picture) => picture.toString('base64')));
    const body = JSON.stringify({ inputs: [{ ...bytesInput(), shape: [8], data: eight }] });
    const [pack, unpack] = encoding === 'gzip' ? [gzipSync, gunzipSync] : [deflateSync, inflateSync];
    const answer = await new Promise<{ encoding?: string; bytes: Buffer }>((resolve, reject) => {
      const headers = { 'content-encoding': encoding, 'accept-encoding': `br;q=1, ${encoding}` };
      const url = `${server.url}/v2/models/${name}/infer`;
      const sent = request(url, { method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
        );
      });
      sent.on('error', reject).end(pack(body));
    });
    expect(answer.encoding).toBe(encoding);
    const { outputs } = JSON.parse(unpack(answer.bytes).toString());
    const rows = [0, 1, 2, 3].flatMap(() => expected.probabilities);
    expect(difference(outputs[1].data, rows)).toBeLessThanOrEqual(1e-6);
  });
});

describe('requests that are wrong', () => {
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
});

describe('statistics', () => {
  it('count requests and items, and the time of their stages', async () => {
    const stats = async (at: Call = { model: name }) =>
      (await ask('modelStatistics', at)).body.model_stats[0];
    const before = await stats();
    const started = Date.now();
    expect((await infer({ body: { inputs: [bytesInput()] } })).status).toBe(200);
    const bad = { ...bytesInput(), shape: [1], data: [Buffer.from('no picture').toString('base64')] };
    expect((await infer({ body: { inputs: [bad] } })).status).toBe(415);
    const after = await stats();
    expect(after.inference_count - before.inference_count).toBe(2);
    for (const stage of ['success', 'queue', 'compute_input', 'compute_infer'])
      expect(after.inference_stats[stage].count - before.inference_stats[stage].count).toBe(1);
    expect(after.inference_stats.fail.count - before.inference_stats.fail.count).toBe(1);
    expect(after.inference_stats.compute_infer.ns).toBeGreaterThan(before.inference_stats.compute_infer.ns);
    expect(after.last_inference).toBeGreaterThanOrEqual(started);
    expect(await stats({ model: name, version: '1' })).toEqual(after);
    expect(await stats({})).toEqual(after);
  });
});

describe('the repository', () => {
  it('lists, and loads and unloads nothing it does not have', async () => {
    const { body } = await ask('repositoryIndex', { body: {} });
    expect(body).toEqual([{ name, version: '1', state: 'READY', reason: '' }]);
    expect((await ask('repositoryIndex', { body: { ready: true } })).body).toHaveLength(1);
    expect((await ask('repositoryLoad', { model: 'nobody', body: {} })).status).toBe(404);
    expect((await ask('repositoryUnload', { model: 'nobody' })).status).toBe(404);
  });
});

it('every operation of the specification has been called', () => {
  expect([...used].sort()).toEqual(Object.keys(OPERATIONS).sort());
});
