/** Published weights through the command, over https, from a hub of this machine. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildModel, readMetadata, readModel, readTensor, stateOf, writeSafetensors } from '@saker/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../fixtures/certificate.js';
import { saker, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { reportSkip } from '../fixtures/shared.js';

const { folder, remove } = temporaryFolder('models');
const tls = makeCertificate(folder);
if (!tls) reportSkip('weights over https (no openssl to make a certificate with)');

const model = buildModel('mobilevit_xxs', { numClasses: 1000, size: 64, seed: 7 });
const bytes = writeSafetensors(
  new Map([...stateOf(model).keys()].map((name) => [name, readTensor(model.initializer(name)!)])),
);
let hub: Server;
let env: Record<string, string>;
let asked: string[] = [];

beforeAll(async () => {
  await writeShapes(join(folder, 'photos'), 8);
  writeFileSync(join(folder, 'head.json'), JSON.stringify({ epochs: 0, headEpochs: 1, soup: false }));
  if (!tls) return;
  hub = createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, (request, response) => {
    asked.push(request.url ?? '');
    if (!request.url?.startsWith('/timm/mobilevit_xxs.cvnets_in1k/')) response.writeHead(404).end();
    else response.writeHead(200, { etag: '"1"', 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((done) => hub.listen(0, 'localhost', done));
  env = {
    HF_ENDPOINT: `https://localhost:${(hub.address() as AddressInfo).port}`,
    NODE_EXTRA_CA_CERTS: tls.cert,
    SAKER_CACHE: join(folder, 'cache'),
  };
});
afterAll(async () => {
  hub?.closeAllConnections();
  hub?.close();
  remove();
});

const run = (args: string[], more: Record<string, string> = {}) => saker(args, folder, { ...env, ...more });
const train = ['train', 'photos', '--model', 'mobilevit_xxs', '--size', '64', '--no-baseline'];
const short = ['--config', 'head.json', '--batch-size', '4', '--threads', '1', '--json'];

describe.sequential.skipIf(!tls)('published weights', () => {
  it('are fetched for a run, which prepares pictures as their training did', async () => {
    const out = join(folder, 'model.onnx');
    const { status, stderr } = await run([...train, ...short, '--weights', 'auto', '--out', out]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain('fetched mobilevit_xxs.cvnets_in1k');
    expect(asked).toEqual(['/timm/mobilevit_xxs.cvnets_in1k/resolve/main/model.safetensors']);
    const written = readModel(out);
    const [resize, crop, normalize] = readMetadata(written)!.pipelines.eval.ops;
    // timm: crop_pct 0.9 of 256, bicubic, mean 0 and std 1; here in proportion for 64 pixels.
    expect(resize).toMatchObject({ op: 'Resize', size: [71], interpolation: 'bicubic' });
    expect(crop).toMatchObject({ op: 'CenterCrop', size: [64, 64] });
    expect(normalize).toMatchObject({ op: 'Normalize', mean: [0, 0, 0], std: [1, 1, 1] });
    // Only the head was trained, so the rest is the hub's.
    const name = 'stem.conv.weight';
    expect(readTensor(written.initializer(name)!).data).toEqual(readTensor(model.initializer(name)!).data);
  });

  it('lie in the cache afterwards, where nothing is asked for again', async () => {
    asked = [];
    const pulled = await run(['models', 'pull', 'mobilevit_xxs', '--json'], { HF_HUB_OFFLINE: '1' });
    expect(pulled.json).toMatchObject({
      name: 'mobilevit_xxs.cvnets_in1k',
      cached: true,
      bytes: bytes.length,
    });
    const shown = await run(['models', 'show', 'mobilevit_xxs', '--json']);
    expect(shown.json.weights[0]).toMatchObject({ name: 'mobilevit_xxs.cvnets_in1k', cached: true });
    expect(asked).toEqual([]);
  });

  it('that cannot be had are told with the way out', async () => {
    rmSync(join(folder, 'cache'), { recursive: true });
    const offline = await run([...train, '--weights', 'auto'], { HF_HUB_OFFLINE: '1' });
    expect(offline.status).toBe(3);
    expect(offline.stderr).toContain(
      'type: saker train photos --model mobilevit_xxs --weights mobilevit_xxs.cvnets',
    );
    const missing = await run(['models', 'pull', 'mobilevit_s']);
    expect(missing.stderr).toMatch(/There is no file at https:\/\/localhost.*mobilevit_s.*HTTP 404/s);
    const stranger = await run(['models', 'pull', 'mobilevit_xxs'], { NODE_EXTRA_CA_CERTS: '' });
    expect(stranger.stderr).toMatch(/cannot be fetched: self-signed certificate/);
  });

  it('of another model are refused, and so are names that nobody has', async () => {
    const other = await run([...train, '--weights', 'resnet18']);
    expect(other.stderr).toMatch(/Expected weights of mobilevit_xxs .* received resnet18\.IMAGENET1K_V1/);
    const wrong = await run([...train, '--weights', 'mobilevit_xxs.cvnets']);
    expect(wrong.stderr).toContain('nearest is mobilevit_xxs.cvnets_in1k');
  });

  it('are listed with the zoo', async () => {
    const { json } = await run(['models', 'list', '--json']);
    const resnet50 = json.models.find((one: { name: string }) => one.name === 'resnet50');
    expect(resnet50.weights).toContain('resnet50.a1_in1k');
    expect(resnet50.weights[0]).toBe('resnet50.IMAGENET1K_V2');
  });
});
