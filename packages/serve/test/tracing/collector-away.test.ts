/** A collector that is away, slow to answer, or there only at the end. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startServer } from '@saker/serve';
import { afterEach, expect, it } from 'vitest';
import { post, until } from '../support/client.js';
import { startCommand } from '../support/command.js';
import { memoryLog } from '../support/log.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { startCollector } from './collector.js';

/** As open-telemetry.ts has it. */
const FLUSH_MS = 5_000;
const folder = temporaryFolder();
const model = fastModel(folder);

afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
});

/** Takes connections and requests, and never answers. */
async function blackHole(): Promise<{ endpoint: string; requests: () => number; close: () => void }> {
  let requests = 0;
  const server: Server = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it('what has ended reaches the collector before the server has closed', async () => {
  const collector = await startCollector();
  const { endpoint } = collector;
  const server = await startServer({ model, port: 0, workers: 1, tracing: { endpoint } });
  expect((await post(`${server.url}/predict`, await jpeg(), 'image/jpeg')).status).toBe(200);
  expect(collector.spans).toEqual([]);
  await server.close();
  expect(collector.spans.map(({ name }) => name)).toContain('POST /predict');
  await collector.close();
});

it('a collector that cannot be reached costs no request, is told once, and is told when it is back', async () => {
  Object.assign(process.env, { OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_EXPORTER_OTLP_TIMEOUT: '100' });
  const gone = await startCollector();
  await gone.close();
  const log = memoryLog();
  const { endpoint, port } = gone;
  const options = { model, port: 0, workers: 1, logger: { stream: log.stream } };
  const server = await startServer({ ...options, tracing: { endpoint } });
  const photo = await jpeg();
  const ask = async (): Promise<void> => {
    expect((await post(`${server.url}/predict`, photo, 'image/jpeg')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 40));
  };
  const told = (): unknown[] => log.lines().filter(({ msg }) => /collector/.test(String(msg)));
  for (let i = 0; i < 10; i++) await ask();
  await until(() => told().length > 0);
  for (let i = 0; i < 10; i++) await ask();
  expect(told()).toMatchObject([
    { level: 40, msg: 'traces do not reach the collector', collector: `127.0.0.1:${port}` },
  ]);
  const back = await startCollector(port);
  await ask();
  await until(() => told().length === 2);
  expect(told()[1]).toMatchObject({ level: 30, msg: 'traces reach the collector again' });
  await server.close();
  await back.close();
});

it('a collector that refuses is told with its status', async () => {
  process.env.OTEL_BSP_SCHEDULE_DELAY = '10';
  const collector = await startCollector();
  const log = memoryLog();
  const tracing = { endpoint: `${collector.endpoint}/elsewhere` };
  const server = await startServer({ model, port: 0, workers: 1, tracing, logger: { stream: log.stream } });
  await post(`${server.url}/predict`, await jpeg(), 'image/jpeg');
  await until(() => log.lines().some(({ detail }) => /404/.test(String(detail))));
  await server.close();
  await collector.close();
});

it('a collector that never answers holds up the end for a bounded time only, and the process too', async () => {
  const hole = await blackHole();
  const config = join(folder, 'serve.yaml');
  writeFileSync(config, `tracing: {endpoint: ${hole.endpoint}}`);
  const { url, child } = await startCommand(model, ['--config', config]);
  expect((await post(`${url}/predict`, await jpeg(), 'image/jpeg')).status).toBe(200);
  const started = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  const ms = performance.now() - started;
  expect(hole.requests()).toBeGreaterThan(0);
  expect(ms).toBeGreaterThan(FLUSH_MS * 0.9);
  expect(ms).toBeLessThan(FLUSH_MS * 1.5);
  hole.close();
});

it('the end waits for a batch no longer than that, whatever time the batch has', async () => {
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '60000';
  const hole = await blackHole();
  const { endpoint } = hole;
  const server = await startServer({ model, port: 0, workers: 1, tracing: { endpoint } });
  expect((await post(`${server.url}/predict`, await jpeg(), 'image/jpeg')).status).toBe(200);
  const started = performance.now();
  await server.close();
  expect(performance.now() - started).toBeLessThan(FLUSH_MS * 1.5);
  hole.close();
});
