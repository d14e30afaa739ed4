import { request } from 'node:http';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/client.js';
import { fastModel, LABELS, temporaryFolder } from '../support/models.js';
import { jpeg, png } from '../support/pictures.js';
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
