import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { type RunningServer, startServer } from '@saker/serve';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { afterEach, expect, it } from 'vitest';
import { post, until } from '../support/client.js';
import { LABELS, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';

const folder = temporaryFolder();
const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** The same network as version 1; version 2 has its labels in another order, so that it says something else. */
function repository(name: string, config: object, labels: readonly string[]): string {
  const root = join(folder, name);
  for (const [version, names] of [
    ['1', LABELS],
    ['2', labels],
  ] as const) {
    const place = join(root, 'cats', version);
    mkdirSync(place, { recursive: true });
    const metadata = makeModelMetadata({ labels: names, eval: evalPipeline({ size: 32 }) });
    const graph = buildModel('small_cnn', { numClasses: names.length, size: 32, seed: 7 });
    writeFileSync(join(place, 'model.onnx'), writeModel(embedMetadata(graph, metadata)));
  }
  writeFileSync(join(root, 'cats', 'config.json'), JSON.stringify(config));
  return root;
}

async function start(
  model: string,
): Promise<{ ask: () => ReturnType<typeof post>; reason: () => Promise<string> }> {
  const server = await startServer({ model, port: 0, workers: 1 });
  running.push(server);
  const photo = await jpeg();
  const index = async () => (await post(`${server.url}/v2/repository/index`, '{}', 'application/json')).body;
  return {
    ask: () => post(`${server.url}/predict`, photo, 'image/jpeg'),
    reason: async () => (await index()).find((one: { version: string }) => one.version === '2').reason,
  };
}

it('a canary answers its share of the requests that name no version', async () => {
  const { ask } = await start(repository('canary', { canary: { version: 2, weight: 0.25 } }, LABELS));
  const versions: string[] = [];
  for (let i = 0; i < 40; i++) versions.push((await ask()).body.version);
  expect(versions.filter((version) => version === '2')).toHaveLength(10);
}, 60_000);

it('a shadow never answers, and is rolled back when it disagrees', async () => {
  const config = {
    shadow: { version: 2, weight: 1 },
    rollback: { min_requests: 10, max_latency_ratio: 1000 },
  };
  const { ask, reason } = await start(
    repository('shadow', config, [...LABELS.slice(1), LABELS[0] as string]),
  );
  for (let i = 0; i < 30; i++) expect((await ask()).body.version).toBe('1');
  await until(async () => /rolled back: .*answers differ/.test(await reason()), 20_000);
}, 60_000);
