/** Every way into the server gives the probabilities of `saker predict`, to 1e-6. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Client, credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { compilePipeline } from '@saker/core-native';
import { readMetadata, readModel } from '@saker/graph';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saker, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { repoRoot, reportSkip, sharedDir } from '../fixtures/shared.js';
import { trainShapes } from '../fixtures/trained.js';

const TOLERANCE = 1e-6;
const PHOTOS = 12;
const { folder, remove } = temporaryFolder('routes');
let model: string;
let paths: string[];
let pictures: Buffer[];
let items: Float32Array;
let itemDims: number[];
let expected: number[][];
let server: RunningServer;
let site: Server;
let client: Client;
let model_name: string;
let input: string;

async function findPhotos(): Promise<string[]> {
  const shared = sharedDir();
  if (!shared) {
    reportSkip('real photos over every route (drawn pictures are used instead)');
    return (await writeShapes(join(folder, 'photos'), PHOTOS / 3, 500)).slice(0, PHOTOS);
  }
  const samples = join(shared, 'data/imagenet-samples');
  const names = readdirSync(samples).filter((name) => /\.jpe?g$/i.test(name));
  return names
    .sort()
    .slice(0, PHOTOS)
    .map((name) => join(samples, name));
}

beforeAll(async () => {
  ({ model } = await trainShapes(folder, 20, 2));
  paths = await findPhotos();
  pictures = paths.map((path) => readFileSync(path));
  const metadata = readMetadata(readModel(model));
  if (!metadata) throw new Error('the trained model carries no metadata');
  const pipeline = compilePipeline(metadata.pipelines.eval);
  const { channels, height, width } = pipeline.outputShape;
  itemDims = [channels, height, width];
  items = new Float32Array(pictures.length * channels * height * width);
  await pipeline.runBatch(pictures, { out: items });
  const labels = String(metadata.labels.length);
  const { json } = await saker(['predict', model, ...paths, '--top-k', labels, '--json']);
  expected = json.results.map((result: { topK: { index: number; confidence: number }[] }) => {
    const row = new Array<number>(metadata.labels.length);
    for (const { index, confidence } of result.topK) row[index] = confidence;
    return row;
  });
  site = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(pictures[Number(request.url?.slice(1))]);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const security = { urls: { allow: [at], privateNetworks: ['127.0.0.1/32'] } };
  server = await startServer({ model, port: 0, grpcPort: 0, security });
  const definition = loadSync(join(repoRoot, 'packages/serve/proto/grpc_service.proto'), { keepCase: true });
  // biome-ignore lint/suspicious/noExplicitAny: a tree of packages
  const { inference } = loadPackageDefinition(definition) as any;
  client = new inference.GRPCInferenceService(server.grpcTarget, credentials.createInsecure());
  const [served] = (await (await fetch(`${server.url}/v2/repository/index`, { method: 'POST' })).json()) as [
    { name: string },
  ];
  model_name = served.name;
  const described = await (await fetch(`${server.url}/v2/models/${model_name}`)).json();
  input = (described as { inputs: [{ name: string }] }).inputs[0].name;
});
afterAll(async () => {
  client?.close();
  await server?.close();
  site?.closeAllConnections();
  site?.close();
  remove();
});

type Rows = readonly ArrayLike<number>[];

async function post(
  path: string,
  body: BodyInit | Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(server.url + path, { method: 'POST', body: body as BodyInit, headers });
  expect(response.status).toBe(200);
  return response;
}

/** /predict, one picture at a time. */
async function predict(body: (i: number) => BodyInit | Buffer, type?: string): Promise<Rows> {
  const rows: number[][] = [];
  for (const i of pictures.keys()) {
    const response = await post('/predict?probabilities=true', body(i), type ? { 'content-type': type } : {});
    rows.push(((await response.json()) as { probabilities: number[] }).probabilities);
  }
  return rows;
}

const form = (i: number): FormData => {
  const data = new FormData();
  data.append('file', new Blob([new Uint8Array(pictures[i]!)]), 'photo.jpg');
  return data;
};
const split = (flat: ArrayLike<number>): Rows => {
  const width = expected[0]!.length;
  return expected.map((_, i) => Array.from({ length: width }, (_unused, c) => flat[i * width + c] as number));
};
const framed = (): Buffer =>
  Buffer.concat(pictures.flatMap((picture) => [Buffer.from(Uint32Array.of(picture.length).buffer), picture]));
const bytesHead = () => ({ name: input, datatype: 'BYTES', shape: [pictures.length] });
const tensorHead = () => ({ name: input, datatype: 'FP32', shape: [pictures.length, ...itemDims] });

async function inferJson(tensor: object): Promise<Rows> {
  const body = JSON.stringify({ inputs: [tensor], outputs: [{ name: 'probabilities' }] });
  const response = await post(`/v2/models/${model_name}/infer`, body, { 'content-type': 'application/json' });
  return split(((await response.json()) as { outputs: [{ data: number[] }] }).outputs[0].data);
}

async function inferBinary(tensor: object, data: Buffer): Promise<Rows> {
  const parameters = { binary_data_size: data.length };
  const outputs = [{ name: 'probabilities', parameters: { binary_data: true } }];
  const json = Buffer.from(JSON.stringify({ inputs: [{ ...tensor, parameters }], outputs }));
  const headers = { 'inference-header-content-length': String(json.length) };
  const response = await post(`/v2/models/${model_name}/infer`, Buffer.concat([json, data]), headers);
  const bytes = Buffer.from(await response.arrayBuffer());
  const tail = bytes.subarray(Number(response.headers.get('inference-header-content-length')));
  return split(new Float32Array(new Uint8Array(tail).buffer));
}

async function inferGrpc(request: object): Promise<Rows> {
  const message = { model_name, outputs: [{ name: 'probabilities' }], ...request };
  // biome-ignore lint/suspicious/noExplicitAny: the stub is made at run time
  const reply = await new Promise<any>((resolve, reject) => {
    // biome-ignore lint/suspicious/noExplicitAny: the stub is made at run time
    (client as any).ModelInfer(message, (error: Error | null, answer: unknown) =>
      error ? reject(error) : resolve(answer),
    );
  });
  const [raw] = reply.raw_output_contents ?? [];
  return split(raw ? new Float32Array(new Uint8Array(raw).buffer) : reply.outputs[0].contents.fp32_contents);
}

it('every route gives the probabilities of saker predict', async () => {
  const at = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const itemBytes = Buffer.from(items.buffer);
  const base64 = pictures.map((picture) => picture.toString('base64'));
  const routes: Readonly<Record<string, () => Promise<Rows>>> = {
    multipart: () => predict(form),
    raw: () => predict((i) => pictures[i]!, 'image/jpeg'),
    base64: () => predict((i) => JSON.stringify({ image: base64[i] }), 'application/json'),
    url: () => predict((i) => JSON.stringify({ url: `${at}/${i}` }), 'application/json'),
    'v2 JSON, BYTES': () => inferJson({ ...bytesHead(), data: base64 }),
    'v2 JSON, FP32': () => inferJson({ ...tensorHead(), data: Array.from(items) }),
    'v2 binary, BYTES': () => inferBinary(bytesHead(), framed()),
    'v2 binary, FP32': () => inferBinary(tensorHead(), itemBytes),
    'gRPC contents, BYTES': () =>
      inferGrpc({ inputs: [{ ...bytesHead(), contents: { bytes_contents: pictures } }] }),
    'gRPC contents, FP32': () =>
      inferGrpc({ inputs: [{ ...tensorHead(), contents: { fp32_contents: Array.from(items) } }] }),
    'gRPC raw, BYTES': () => inferGrpc({ inputs: [bytesHead()], raw_input_contents: [framed()] }),
    'gRPC raw, FP32': () => inferGrpc({ inputs: [tensorHead()], raw_input_contents: [itemBytes] }),
  };
  const largest: Record<string, number> = {};
  for (const [name, route] of Object.entries(routes)) {
    const rows = await route();
    expect(rows).toHaveLength(expected.length);
    largest[name] = Math.max(
      ...rows.flatMap((row, i) => expected[i]!.map((p, c) => Math.abs(p - (row[c] as number)))),
    );
  }
  console.log(`largest difference to saker predict over ${pictures.length} photos:`, JSON.stringify(largest));
  for (const difference of Object.values(largest)) expect(difference).toBeLessThanOrEqual(TOLERANCE);
  expect(new Set(expected.map((row) => row[0]!.toFixed(6))).size).toBeGreaterThan(pictures.length / 2);
}, 120_000);
