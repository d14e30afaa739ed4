import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningServer, type ServerOptions, startServer } from '@saker/serve';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { get, post, until as soon } from '../support/client.js';
import { temporaryFolder, writeZooModel } from '../support/models.js';
import { jpeg } from '../support/pictures.js';

const folder = temporaryFolder();
let first: string;
let second: string;
let photo: Buffer;
let count = 0;
const running: RunningServer[] = [];
/** Loading takes seconds on a machine that is busy. */
const until = (condition: () => Promise<boolean>): Promise<void> => soon(condition, 30_000);

beforeAll(async () => {
  photo = await jpeg();
  first = writeZooModel(folder, 'small_cnn', 32);
  second = writeZooModel(folder, 'small_cnn', 48);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** A repository with versions as given: version -> model file or text. */
function repository(
  models: Record<string, Record<string, string>>,
  configs: Record<string, object> = {},
): string {
  const root = join(folder, `repository-${count++}`);
  for (const [name, versions] of Object.entries(models)) {
    mkdirSync(join(root, name), { recursive: true });
    for (const [version, file] of Object.entries(versions)) put(root, name, version, file);
  }
  for (const [name, config] of Object.entries(configs))
    writeFileSync(join(root, name, 'config.yaml'), JSON.stringify(config));
  return root;
}

function put(root: string, name: string, version: string, file: string): void {
  const place = join(root, name, version);
  mkdirSync(place, { recursive: true });
  copyFileSync(file, join(place, 'model.onnx'));
}

async function start(model: string, options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({ model, port: 0, workers: 1, threads: 1, watch: true, ...options });
  running.push(server);
  return server;
}

const ask = (server: RunningServer, query = ''): ReturnType<typeof post> =>
  post(`${server.url}/predict${query}`, photo, 'image/jpeg');

async function index(
  server: RunningServer,
): Promise<{ name: string; version: string; state: string; reason: string }[]> {
  return (await post(`${server.url}/v2/repository/index`, '{}', 'application/json')).body;
}

describe('a folder of models', () => {
  it('is served by name and version, and asks for a name where there are several', async () => {
    const config = { version_policy: { all: {} } };
    const server = await start(
      repository({ cats: { 1: first, 2: second }, dogs: { 1: first } }, { cats: config }),
    );
    const of = async (query: string) => (await ask(server, query)).body;
    expect(await of('?model=cats')).toMatchObject({ model: 'cats', version: '2' });
    expect(await of('?model=cats&version=1')).toMatchObject({ model: 'cats', version: '1' });
    expect(await of('?model=dogs')).toMatchObject({ model: 'dogs', version: '1' });
    const unnamed = await of('');
    expect(unnamed.code).toBe('E_ARG_INVALID');
    expect(unnamed.detail).toContain('cats, dogs');
    expect(await of('?model=birds')).toMatchObject({ code: 'E_MODEL_UNKNOWN', status: 404 });
    expect(await of('?model=cats&version=3')).toMatchObject({ code: 'E_MODEL_UNKNOWN', status: 404 });
    expect((await get(`${server.url}/model?model=cats&version=1`)).body.input.height).toBe(32);
  });

  it('serves the latest version by default, and specific ones when told', async () => {
    const root = repository(
      { latest: { 2: first, 10: second }, named: { 1: first, 2: second, 3: first } },
      { named: { version_policy: { specific: { versions: [1, 3] } } } },
    );
    const ready = (await index(await start(root))).map(({ name, version }) => `${name} ${version}`);
    expect(ready).toEqual(['latest 10', 'named 1', 'named 3']);
  });

  it('takes up versions that come and go, and a changed configuration', async () => {
    const root = repository({ cats: { 1: first } });
    const server = await start(root);
    put(root, 'cats', '2', second);
    await until(async () => (await ask(server)).body.version === '2');
    await until(async () => (await index(server)).length === 1);
    put(root, 'dogs', '1', first);
    await until(async () => (await ask(server, '?model=dogs')).status === 200);
    writeFileSync(join(root, 'cats', 'config.yaml'), 'version_policy: {all: {}}');
    await until(async () => (await ask(server, '?model=cats&version=1')).status === 200);
    rmSync(join(root, 'cats', '2'), { recursive: true });
    await until(async () => (await ask(server, '?model=cats')).body.version === '1');
    rmSync(join(root, 'dogs'), { recursive: true });
    await until(async () => (await ask(server, '?model=dogs')).status === 404);
  }, 120_000);

  it('keeps the old version when the file is replaced by garbage or half a model, says why, and takes the next good one', async () => {
    const root = repository({ cats: { 1: first } });
    const server = await start(root);
    const before = (await ask(server, '?probabilities=true')).body.probabilities;
    for (const bytes of [Buffer.from('garbage'), readFileSync(second).subarray(0, 20_000)]) {
      writeFileSync(join(root, 'cats', '1', 'model.onnx'), bytes);
      await until(async () => (await index(server))[0]?.reason !== '');
      const [entry] = await index(server);
      expect(entry?.state).toBe('READY');
      expect((await ask(server, '?probabilities=true')).body.probabilities).toEqual(before);
      expect(
        (await post(`${server.url}/v2/repository/models/cats/load`, '', 'application/json')).body.code,
      ).toBe('E_MODEL_LOAD');
      put(root, 'cats', '1', first);
      await until(async () => (await index(server))[0]?.reason === '');
    }
    renameSync(join(root, 'cats', '1', 'model.onnx'), join(root, 'kept'));
    put(root, 'cats', '1', second);
    await until(async () => (await get(`${server.url}/model`)).body.input.height === 48);
  }, 180_000);

  it('keeps the version that answers when a newer one does not load', async () => {
    const root = repository({ cats: { 1: first } });
    const server = await start(root);
    mkdirSync(join(root, 'cats', '2'));
    writeFileSync(join(root, 'cats', '2', 'model.onnx'), 'garbage');
    await until(async () =>
      (await index(server)).some(({ version, reason }) => version === '2' && reason !== ''),
    );
    expect((await ask(server)).body.version).toBe('1');
  });

  it('loads, unloads and loads again by name', async () => {
    const server = await start(repository({ cats: { 1: first }, dogs: { 1: first } }));
    const act = (what: string) =>
      post(`${server.url}/v2/repository/models/cats/${what}`, '', 'application/json');
    expect((await act('unload')).status).toBe(200);
    expect((await ask(server, '?model=cats')).status).toBe(404);
    expect((await ask(server, '?model=dogs')).status).toBe(200);
    expect((await act('load')).status).toBe(200);
    expect((await ask(server, '?model=cats')).status).toBe(200);
    expect((await post(`${server.url}/v2/repository/models/none/load`, '', 'application/json')).status).toBe(
      404,
    );
  });

  it('without a good model is refused with the reason', async () => {
    const root = repository({ cats: {} });
    await expect(start(root)).rejects.toMatchObject({ code: 'E_REPOSITORY_EMPTY' });
    mkdirSync(join(root, 'cats', '1'));
    writeFileSync(join(root, 'cats', '1', 'model.onnx'), 'garbage');
    await expect(start(root)).rejects.toThrow(/not an ONNX model/);
  });

  it('with a configuration that is none keeps the defaults and says so', async () => {
    const root = repository({ cats: { 1: first } }, { cats: { max_batch: 3 } });
    const [entry] = await index(await start(root));
    expect(entry).toMatchObject({ state: 'READY' });
    expect(entry?.reason).toContain('max_batch');
  });
});
