import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SAKER = fileURLToPath(new URL('./fixtures/unbundled.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'saker-start-'));
const model = buildModel('small_cnn', { numClasses: 2, size: 32, seed: 1 });
/** URLs of the scripts that each thread has loaded: those of the main thread, then those of a worker. */
let threads: string[][];

/** Starts `saker serve` as a user does, and stops it when it is ready: what it has loaded by then is all it loads. */
async function loadedBy(name: string, bytes: Uint8Array, flags: readonly string[]): Promise<string[][]> {
  const file = join(folder, `${name}.onnx`);
  writeFileSync(file, bytes);
  const coverage = join(folder, name);
  const server = spawn(process.execPath, [SAKER, 'serve', file, '--port', '0', '--json', ...flags], {
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
  return readdirSync(coverage)
    .map((entry) => JSON.parse(readFileSync(join(coverage, entry), 'utf8')) as { result: { url: string }[] })
    .map(({ result }) => result.map(({ url }) => url).filter((url) => url.startsWith('file:')))
    .sort((one, other) => other.length - one.length);
}

beforeAll(async () => {
  const metadata = makeModelMetadata({ labels: ['a', 'b'], eval: evalPipeline({ size: 32 }) });
  threads = await loadedBy('own', writeModel(embedMetadata(model, metadata)), ['--workers', '2']);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

const packagesOf = (urls: readonly string[]): Set<string> =>
  new Set(
    urls.flatMap((url) => {
      const found =
        /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? /\/packages\/([^/]+)\/dist\//.exec(url);
      return found?.[1] ?? [];
    }),
  );

it('a worker loads what inference takes, and neither parses the graph nor checks the metadata again', () => {
  expect(threads).toHaveLength(3);
  for (const worker of threads.slice(1)) {
    expect([...packagesOf(worker)].sort()).toEqual(
      ['core-native', 'evaluate', 'onnxruntime-common', 'onnxruntime-node', 'serve', 'spec'].sort(),
    );
    expect(worker.length).toBeLessThan(70);
  }
});

it('the main thread is ready without what it may never need', () => {
  const main = threads[0] as string[];
  const late = [
    'yaml',
    'undici',
    'jose',
    '@grpc/grpc-js',
    '@bufbuild/protobuf',
    'onnxruntime-node',
    'evaluate',
    'trainer',
    'preact',
    'sharp',
    'ajv',
    '@fastify/fast-json-stringify-compiler',
    '@fastify/static',
    '@fastify/rate-limit',
    '@fastify/cors',
    '@fastify/swagger',
    '@fastify/swagger-ui',
    'prom-client',
    '@opentelemetry/api',
    '@opentelemetry/core',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace',
    '@opentelemetry/sdk-trace-base',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/otlp-exporter-base',
    '@opentelemetry/otlp-transformer',
  ];
  expect([...packagesOf(main)].filter((name) => late.includes(name))).toEqual([]);
  expect(main.filter((url) => url.includes('/packages/graph/dist/'))).toHaveLength(3);
  expect(main.length).toBeLessThan(520);
});

it('a file without metadata costs the reading of its graph, and neither the zoo nor reports', async () => {
  const labels = join(folder, 'labels.txt');
  writeFileSync(labels, 'a\nb\n');
  const flags = ['--workers', '1', '--labels', labels, '--mean', '0.5', '--std', '0.5'];
  const [main = []] = await loadedBy('raw', writeModel(model), flags);
  expect(main.filter((url) => url.includes('/packages/graph/dist/zoo/'))).toEqual([]);
  expect(main.filter((url) => url.includes('/packages/evaluate/dist/'))).toHaveLength(1);
}, 60_000);
