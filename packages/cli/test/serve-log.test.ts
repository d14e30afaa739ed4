import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SAKER = fileURLToPath(new URL('../bin/saker.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'saker-log-'));
const model = join(folder, 'model.onnx');

beforeAll(() => {
  const metadata = makeModelMetadata({ labels: ['a', 'b'], eval: evalPipeline({ size: 32 }) });
  const graph = buildModel('small_cnn', { numClasses: 2, size: 32, seed: 1 });
  writeFileSync(model, writeModel(embedMetadata(graph, metadata)));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Served {
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of stderr that are JSON. */
  readonly lines: readonly Record<string, unknown>[];
}

/** `saker serve` as a user starts it; asks it something, stops it, and gives what it has written. */
async function serve(
  flags: readonly string[],
  env: Record<string, string>,
  ask: (url: string, stderr: () => string) => Promise<void>,
): Promise<Served> {
  const args = [SAKER, 'serve', model, '--port', '0', '--workers', '1', '--json', ...flags];
  const child: ChildProcess = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      stdout += String(chunk);
      if (stdout.includes('\n')) resolve(stdout);
    });
  });
  const { url } = JSON.parse(await ready);
  await ask(url, () => stderr);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  return { stdout, stderr, lines: lines.map((line) => JSON.parse(line)) };
}

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

it('saker serve --log info writes a JSON line for each request to stderr, and none to stdout', async () => {
  const { stdout, lines } = await serve(['--log', 'info'], {}, async (url) => {
    await fetch(`${url}/nope?key=hush`);
  });
  expect(lines.find(({ msg }) => msg === 'request')).toMatchObject({ level: 30, path: '/nope', status: 404 });
  expect(JSON.stringify(lines)).not.toContain('hush');
  expect(stdout.trim().split('\n')).toHaveLength(1);
  // Ending is no failure.
  expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
});

it('--log warn leaves them out, and tells once of a collector that cannot be reached', async () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await deadPort()}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    OTEL_BSP_SCHEDULE_DELAY: '10',
  };
  const { lines } = await serve(['--log', 'warn'], env, async (url, stderr) => {
    await fetch(`${url}/model`);
    await expect.poll(stderr, { timeout: 10_000 }).toContain('collector');
    await fetch(`${url}/model`);
  });
  const told = lines.filter(({ level }) => level === 40);
  expect(told).toMatchObject([{ msg: 'traces do not reach the collector' }]);
  expect(lines.some(({ msg }) => msg === 'request')).toBe(false);
});

it.each([['warn'], ['error'], [null]])(
  'with --log %s, what is wrong with the start is told once',
  async (level) => {
    const flags = ['--host', '0.0.0.0', ...(level ? ['--log', level] : [])];
    const { stderr } = await serve(flags, {}, async () => {});
    expect(stderr.match(/anybody who reaches 0\.0\.0\.0/g)).toHaveLength(1);
  },
);

it('without --log there is none', async () => {
  const { lines } = await serve([], {}, async (url) => {
    await fetch(`${url}/nope`);
  });
  expect(lines).toEqual([]);
});
