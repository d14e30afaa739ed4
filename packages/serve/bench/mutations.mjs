/**
 * Sends requests that are slightly wrong, over HTTP and gRPC, and counts the answers.
 *
 *   node bench/mutations.mjs [--requests 100000] [--seed 1] [--model model.onnx]
 *
 * Exits with 1 when one was answered with a 5xx other than 503, with a gRPC status that means a fault of the server, or
 * not at all, or when a good request is not served afterwards.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Client, credentials, status } from '@grpc/grpc-js';
import { Random } from '@saker/spec';
import sharp from 'sharp';

const AT_ONCE = 16;
const ODD_VALUES = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  '',
  'x',
  '\u0000',
  'BYTES',
  '__proto__',
  [],
  [[]],
  {},
  [null],
];
/** Statuses of gRPC that say the server is at fault. */
const FAULTS = new Set([status.UNKNOWN, status.INTERNAL, status.DATA_LOSS]);

/** Flips bytes, cuts the end off, repeats a piece, or damages the head, where the structure is. */
function mutateBytes(body, below) {
  const copy = Buffer.from(body);
  if (copy.length === 0) return copy;
  const kind = below(5);
  if (kind === 0) return copy.subarray(0, below(copy.length));
  if (kind === 1) {
    const at = below(copy.length);
    const piece = copy.subarray(at, at + below(200));
    return Buffer.concat([copy.subarray(0, at), piece, piece, copy.subarray(at)]);
  }
  for (let flips = 1 + below(20); flips > 0; flips--) copy[below(copy.length)] = below(256);
  if (kind === 2)
    for (let flips = 4; flips > 0; flips--) copy[below(Math.min(200, copy.length))] = below(256);
  return copy;
}

/** Puts an odd value in some place of a JSON document, or takes the place away. */
function mutateJson(value, below) {
  const copy = structuredClone(value);
  let at = copy;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[below(keys.length)];
    if (key === undefined) return copy;
    const inner = at[key];
    if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && below(3) > 0) {
      at = inner;
      continue;
    }
    if (below(4) === 0) delete at[key];
    else at[key] = ODD_VALUES[below(ODD_VALUES.length)];
    return copy;
  }
}

/** One good request of each form. `json` says where a JSON document is that can be damaged as such. */
export async function goodRequests(model) {
  const draw = (format) => {
    const data = Buffer.from(
      Array.from({ length: 48 * 40 * 3 }, (_, i) => 128 + 127 * Math.sin(i / 7 + (i % 3))),
    );
    return sharp(data, { raw: { width: 48, height: 40, channels: 3 } })
      .toFormat(format)
      .toBuffer();
  };
  const [jpeg, png, webp, gif] = await Promise.all(['jpeg', 'png', 'webp', 'gif'].map(draw));
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  const multipart = Buffer.concat([
    Buffer.from(head),
    jpeg,
    Buffer.from(`\r\n${head}`),
    png,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const infer = `/v2/models/${model.name}/infer`;
  const [channels, height, width] = model.dims;
  const length = channels * height * width;
  const input = { name: model.input };
  const image = jpeg.toString('base64');
  const encoded = { ...input, datatype: 'BYTES', shape: [1], data: [image] };
  const tensor = { ...input, datatype: 'FP32', shape: [1, ...model.dims], data: new Array(length).fill(0.5) };
  const outputs = [{ name: 'probabilities', parameters: { classification: 2, binary_data: true } }];
  const framed = Buffer.concat([Buffer.from(Uint32Array.of(png.length).buffer), png]);
  const binary = (json, tail) => {
    const text = Buffer.from(JSON.stringify(json));
    return {
      path: infer,
      type: 'application/octet-stream',
      body: Buffer.concat([text, tail]),
      header: text.length,
    };
  };
  const size = (bytes) => ({ parameters: { binary_data_size: bytes } });
  const json = (path, document, type = 'application/json') => ({ path, type, json: document });
  return [
    { path: '/predict', type: 'image/jpeg', body: jpeg },
    { path: '/predict', type: 'image/png', body: png },
    { path: '/predict', type: 'image/webp', body: webp },
    { path: '/predict', type: 'image/gif', body: gif },
    { path: '/predict?topK=2&probabilities=true', type: 'multipart/form-data; boundary=b', body: multipart },
    json('/predict', { image }),
    json('/predict', { images: [image, png.toString('base64')] }),
    json('/predict', { url: 'https://pictures.example/a.jpg' }),
    json(infer, { inputs: [encoded], outputs, id: '1', parameters: { priority: 1 } }),
    json(infer, { inputs: [tensor] }),
    {
      path: infer,
      type: 'application/json',
      body: gzipSync(JSON.stringify({ inputs: [encoded] })),
      encoding: 'gzip',
    },
    binary({ inputs: [{ ...input, datatype: 'BYTES', shape: [1], ...size(framed.length) }] }, framed),
    binary(
      { inputs: [{ ...input, datatype: 'FP32', shape: [1, ...model.dims], ...size(length * 4) }], outputs },
      Buffer.alloc(length * 4),
    ),
    { path: infer, type: 'application/octet-stream', body: jpeg, header: 0 },
    json('/v2/repository/index', { ready: true }),
    json(`/v2/repository/models/${model.name}x/load`, { parameters: { config: '{}' } }),
  ];
}

function damaged(good, below) {
  const { json, header, encoding } = good;
  const body = json
    ? below(2)
      ? Buffer.from(JSON.stringify(mutateJson(json, below)))
      : mutateBytes(JSON.stringify(json), below)
    : mutateBytes(good.body, below);
  const oddPath =
    below(20) === 0
      ? encodeURI(mutateBytes(good.path.slice(1), below).toString('latin1'))
      : good.path.slice(1);
  const type =
    below(20) === 0
      ? mutateBytes(good.type, below)
          .toString('latin1')
          .replace(/[^\x21-\x7e ]/g, '?')
      : good.type;
  const length = header === undefined ? undefined : below(5) === 0 ? below(2 ** 31) : header;
  return {
    path: `/${oddPath}`,
    headers: {
      'content-type': type,
      'content-length': body.length,
      ...(length === undefined ? {} : { 'inference-header-content-length': length }),
      ...(encoding ? { 'content-encoding': encoding } : {}),
    },
    body,
  };
}

function send(url, agent, { path, headers, body }) {
  return new Promise((resolve) => {
    const sent = httpRequest(url + path, { method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .on('end', () => resolve(response.statusCode))
        .on('error', () => resolve('cut'));
    });
    sent.on('error', (error) => resolve(error.code ?? 'error')).end(body);
  });
}

/** A ModelInfer message by hand: model_name, one input of BYTES, its contents raw. */
function inferMessage(model, picture) {
  const field = (number, bytes) => {
    const length = [];
    for (let left = bytes.length; ; left >>>= 7) {
      length.push(left > 127 ? (left & 127) | 128 : left);
      if (left <= 127) break;
    }
    return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
  };
  const framed = Buffer.concat([Buffer.from(Uint32Array.of(picture.length).buffer), picture]);
  const input = Buffer.concat([
    field(1, Buffer.from(model.input)),
    field(2, Buffer.from('BYTES')),
    field(3, Buffer.from([1])),
  ]);
  return Buffer.concat([field(1, Buffer.from(model.name)), field(5, input), field(7, framed)]);
}

function callGrpc(client, bytes) {
  const same = (buffer) => buffer;
  return new Promise((resolve) => {
    client.makeUnaryRequest('/inference.GRPCInferenceService/ModelInfer', same, same, bytes, (error) => {
      resolve(error ? error.code : status.OK);
    });
  });
}

/**
 * Sends `requests` damaged requests, every tenth over gRPC.
 * @returns the answers counted, and a description of those that should not be.
 */
export async function runMutations({ url, grpcTarget, model, requests, seed = 1, onProgress = () => {} }) {
  const random = new Random(seed);
  const below = (n) => (n <= 0 ? 0 : random.below(n));
  const good = await goodRequests(model);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const client = new Client(grpcTarget, credentials.createInsecure());
  const message = inferMessage(model, good[0].body);
  const counts = new Map();
  const faults = [];
  const count = (kind, answer, wrong, what) => {
    const name = `${kind} ${answer}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (wrong && faults.length < 20) faults.push(`${name}: ${what}`);
  };
  let next = 0;
  const one = async () => {
    while (next < requests) {
      const index = next++;
      if (index % 1000 === 0) onProgress(index);
      if (index % 10 === 9) {
        const code = await callGrpc(client, mutateBytes(message, below));
        count('gRPC', status[code], FAULTS.has(code), `request ${index}`);
        continue;
      }
      const asked = damaged(good[index % good.length], below);
      const answer = await send(url, agent, asked);
      const wrong = typeof answer !== 'number' || (answer >= 500 && answer !== 503);
      count('HTTP', answer, wrong, `request ${index} to ${asked.path} as ${asked.headers['content-type']}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const after = [
    await send(url, agent, {
      path: '/predict',
      headers: { 'content-type': 'image/jpeg' },
      body: good[0].body,
    }),
  ];
  after.push(await callGrpc(client, message));
  if (after[0] !== 200 || after[1] !== status.OK) faults.push(`good requests afterwards: ${after}`);
  agent.destroy();
  client.close();
  return { counts: Object.fromEntries([...counts].sort()), faults };
}

async function main() {
  const options = { requests: { type: 'string' }, seed: { type: 'string' }, model: { type: 'string' } };
  const { values } = parseArgs({ options });
  const { startServer } = await import('@saker/serve');
  const folder = mkdtempSync(join(tmpdir(), 'saker-mutations-'));
  const file = values.model ?? (await smallModel(folder));
  const server = await startServer({ model: file, port: 0, grpcPort: 0 });
  const info = await (
    await fetch(`${server.url}/v2/models/${encodeURIComponent(server.app.models.names()[0])}`)
  ).json();
  const model = { name: info.name, input: info.inputs[0].name, dims: info.inputs[0].shape.slice(1) };
  const requests = Number(values.requests ?? 100_000);
  const started = performance.now();
  const onProgress = (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${requests}`);
  };
  const { url, grpcTarget } = server;
  const run = await runMutations({
    url,
    grpcTarget,
    model,
    requests,
    seed: Number(values.seed ?? 1),
    onProgress,
  });
  const seconds = (performance.now() - started) / 1000;
  await server.close();
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ requests, seconds, ...run }, null, 2));
  process.exitCode = run.faults.length > 0 ? 1 : 0;
}

async function smallModel(folder) {
  const { buildModel, embedMetadata, writeModel } = await import('@saker/graph');
  const { evalPipeline, makeModelMetadata } = await import('@saker/spec');
  const labels = ['ant', 'bee', 'cat', 'dog', 'elk'];
  const metadata = makeModelMetadata({ labels, eval: evalPipeline({ size: 32 }) });
  const file = join(folder, 'small.onnx');
  writeFileSync(
    file,
    writeModel(embedMetadata(buildModel('small_cnn', { numClasses: labels.length, seed: 7 }), metadata)),
  );
  return file;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
