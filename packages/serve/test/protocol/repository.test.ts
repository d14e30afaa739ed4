/** Triton's repository extension over REST and gRPC, with a folder of models in versions behind it. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type RunningServer, startServer } from '@saker/serve';
import { createKey } from '@saker/serve/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeZooModel } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { type Answer, type Call, call } from './generated-client.js';
import { difference, expectedFor } from './support.js';

const folder = temporaryFolder();
const keys = join(folder, 'keys.json');
const admin = createKey(keys, { name: 'operator', scopes: ['admin'] }).key;
const reader = createKey(keys, { name: 'reader', scopes: ['predict'] }).key;
const scraper = createKey(keys, { name: 'prometheus', scopes: ['metrics'] }).key;
const PROTO = fileURLToPath(new URL('../../proto/grpc_service.proto', import.meta.url));

let files: { readonly '1': string; readonly '2': string };
let photo: Buffer;
let server: RunningServer;
let client: Client;

beforeAll(async () => {
  photo = await jpeg(1);
  files = { 1: writeZooModel(folder, 'small_cnn', 32), 2: writeZooModel(folder, 'small_cnn', 48) };
  const root = join(folder, 'repository');
  for (const [version, file] of Object.entries(files)) {
    mkdirSync(join(root, 'cats', version), { recursive: true });
    copyFileSync(file, join(root, 'cats', version, 'model.onnx'));
  }
  writeFileSync(join(root, 'cats', 'config.yaml'), 'version_policy: {all: {}}');
  const security = { apiKeys: keys };
  server = await startServer({ model: root, port: 0, grpcPort: 0, workers: 1, threads: 1, security });
  const definition = loadSync(PROTO, { keepCase: true, longs: Number, defaults: true });
  // biome-ignore lint/suspicious/noExplicitAny: a tree of packages
  const { inference } = loadPackageDefinition(definition) as any;
  client = new inference.GRPCInferenceService(server.grpcTarget, credentials.createInsecure());
}, 60_000);
afterAll(async () => {
  client?.close();
  await server?.close();
});

const rest = (operation: string, options: Call = {}, key = admin): Promise<Answer> =>
  call(server.url, operation, { ...options, headers: { authorization: `Bearer ${key}` } });

// biome-ignore lint/suspicious/noExplicitAny: messages are checked by their .proto
function grpc(method: string, message: object, key = admin): Promise<any> {
  const metadata = new Metadata();
  metadata.set('x-api-key', key);
  return new Promise((resolve, reject) => {
    // biome-ignore lint/suspicious/noExplicitAny: the stub is made at run time
    (client as any)[method](message, metadata, (error: ServiceError | null, reply: unknown) =>
      error ? reject(error) : resolve(reply),
    );
  });
}

/** The probabilities of one version over both transports. */
async function answers(version: string): Promise<ArrayLike<number>[]> {
  const { inputName } = await expectedFor(files[version as '1'], []);
  const outputs = [{ name: 'probabilities' }];
  const head = { name: inputName, datatype: 'BYTES', shape: [1] };
  const body = { inputs: [{ ...head, data: [photo.toString('base64')] }], outputs };
  const one = await rest('modelInfer', { model: 'cats', version, body }, reader);
  const inputs = [{ ...head, contents: { bytes_contents: [photo] } }];
  const two = await grpc(
    'ModelInfer',
    { model_name: 'cats', model_version: version, inputs, outputs },
    reader,
  );
  return [one.body.outputs[0].data, two.outputs[0].contents.fp32_contents];
}

describe('a model in two versions', () => {
  it('is listed, described and run in each, over REST and gRPC', async () => {
    const { body } = await rest('repositoryIndex', { body: {} });
    const listed = body.map(({ name, version, state }: Record<string, string>) => [name, version, state]);
    expect(listed).toEqual([
      ['cats', '1', 'READY'],
      ['cats', '2', 'READY'],
    ]);
    expect((await grpc('RepositoryIndex', {})).models).toHaveLength(2);
    expect((await rest('modelMetadata', { model: 'cats' })).body.versions).toEqual(['1', '2']);
    expect((await rest('modelMetadata', { model: 'cats', version: '1' })).body.inputs[0].shape).toEqual([
      -1, 3, 32, 32,
    ]);
    expect((await rest('modelMetadata', { model: 'cats', version: '2' })).body.inputs[0].shape).toEqual([
      -1, 3, 48, 48,
    ]);
    for (const version of ['1', '2'] as const) {
      const { probabilities } = await expectedFor(files[version], [photo]);
      for (const values of await answers(version))
        expect(difference(values, probabilities)).toBeLessThanOrEqual(1e-6);
    }
    const stats = (await rest('modelStatistics', { model: 'cats' })).body.model_stats;
    expect(
      stats.map((s: { version: string; inference_count: number }) => [s.version, s.inference_count]),
    ).toEqual([
      ['1', 2],
      ['2', 2],
    ]);
    expect(
      (await grpc('ModelStatistics', { name: 'cats', version: '2' })).model_stats[0].inference_count,
    ).toBe(2);
  });

  it('is unloaded and loaded by who may administer, over REST and gRPC, and by nobody else', async () => {
    const ready = async (): Promise<number> => (await rest('modelReady', { model: 'cats' }, reader)).status;
    const refused = await rest('repositoryUnload', { model: 'cats' }, reader);
    expect([refused.status, refused.body.code]).toEqual([403, 'E_FORBIDDEN']);
    await expect(grpc('RepositoryModelUnload', { model_name: 'cats' }, reader)).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    expect(await ready()).toBe(200);
    expect((await rest('repositoryUnload', { model: 'cats', body: {} })).status).toBe(200);
    expect(await ready()).toBeGreaterThanOrEqual(400);
    expect((await grpc('ModelReady', { name: 'cats' })).ready).toBe(false);
    expect((await rest('repositoryIndex', { body: { ready: true } })).body).toEqual([]);
    await grpc('RepositoryModelLoad', { model_name: 'cats' });
    expect(await ready()).toBe(200);
    await grpc('RepositoryModelUnload', { model_name: 'cats' });
    expect(await ready()).toBeGreaterThanOrEqual(400);
    expect((await rest('repositoryLoad', { model: 'cats' })).status).toBe(200);
    expect(await ready()).toBe(200);
    await expect(grpc('RepositoryModelLoad', { model_name: 'none' })).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  }, 60_000);

  it('has metrics for who may read those', async () => {
    const metrics = (key: string): Promise<Response> =>
      fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    expect((await metrics(reader)).status).toBe(403);
    const response = await metrics(scraper);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/saker_inference_requests_total\{[^}]*model="cats"/);
    expect((await rest('modelMetadata', { model: 'cats' }, scraper)).status).toBe(403);
  });
});
