/** Weights by name, from servers that answer well and badly. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildModel,
  checkpoints,
  findCheckpoint,
  hubSettings,
  type PullOptions,
  pullWeights,
  stateOf,
  writeSafetensors,
  zooEntry,
} from '@saker/graph';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WeightsServer } from './helpers/weights-server.js';

const timm = findCheckpoint('convnext_atto.d2_in1k');
const torchvision = findCheckpoint('resnet18');
const data = new Uint8Array(new Float32Array(50_000).map((_, i) => i).buffer);
const whole = writeSafetensors([['w', { dtype: 'f32', dims: [50_000], data }]]);

let server: WeightsServer;
let cache: string;
let file: string;
beforeEach(async () => {
  server = await new WeightsServer(whole).start();
  cache = mkdtempSync(join(tmpdir(), 'saker-hub-'));
  file = join(cache, 'weights', `${timm.name}.safetensors`);
});
afterEach(async () => {
  await server.stop();
  rmSync(cache, { recursive: true });
});

const pull = (options: PullOptions = {}, env: Record<string, string> = {}) =>
  pullWeights(timm, {
    retryMs: 5,
    stallMs: 400,
    ...options,
    env: { HF_ENDPOINT: server.url, SAKER_TORCHVISION_ENDPOINT: server.url, SAKER_CACHE: cache, ...env },
  });
const cut = (bytes: number) => (request: IncomingMessage, response: ServerResponse) =>
  server.answer(request, response, bytes);
const status =
  (code: number, headers = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(code, headers).end();

describe('the table of published weights', () => {
  it('names zoo models, and each picture is at least as large as its crop', () => {
    expect(checkpoints().length).toBeGreaterThan(60);
    for (const one of checkpoints()) {
      expect(one.name.startsWith(`${one.model}.`)).toBe(true);
      expect(one.resize).toBeGreaterThanOrEqual(one.crop);
      expect(one.library === 'torchvision').toBe(one.sha256 !== null);
      const { minSize, step } = zooEntry(one.model);
      expect([one.crop % step, one.crop >= minSize]).toEqual([0, true]);
    }
  });

  it('finds names whatever their case, a model by its usual weights, and the nearest of a wrong one', () => {
    expect(findCheckpoint('RESNET50.a1_in1k').name).toBe('resnet50.a1_in1k');
    expect(findCheckpoint('resnet50').name).toBe('resnet50.IMAGENET1K_V2');
    expect(() => findCheckpoint('resnet50.a9_in1k')).toThrow(/nearest is resnet50\.a/);
    expect(() => findCheckpoint('constructor')).toThrow(/No weights are named/);
  });
});

describe('pulling weights', () => {
  it('puts the checked file into the cache, and asks nobody the next time', async () => {
    const seen: [number, number | null][] = [];
    const first = await pull({ onProgress: (done, total) => seen.push([done, total]) });
    expect(first).toMatchObject({ file, cached: false, bytes: whole.length, sha256: server.sha256 });
    expect(server.requests[0]?.url).toBe('/timm/convnext_atto.d2_in1k/resolve/main/model.safetensors');
    expect(seen.at(-1)).toEqual([whole.length, whole.length]);
    expect(readFileSync(file).equals(whole)).toBe(true);
    expect(existsSync(`${file}.part`) || existsSync(`${file}.lock`)).toBe(false);
    expect(await pull({}, { HF_HUB_OFFLINE: '1' })).toMatchObject({ cached: true, sha256: server.sha256 });
    expect(server.requests).toHaveLength(1);
  });

  it('goes on where a connection broke, in one command and in the next', async () => {
    server.trouble.push(cut(70_000));
    await pull();
    expect(server.requests.map((one) => one.range)).toEqual([undefined, 'bytes=70000-']);
    rmSync(file);
    rmSync(`${file}.json`);
    server.trouble.push(cut(50_000), ...Array.from({ length: 4 }, () => status(500)));
    await expect(pull()).rejects.toMatchObject({ code: 'E_HUB_STATUS' });
    const asked = server.requests.length;
    await pull();
    expect(server.requests[asked]?.range).toBe('bytes=50000-');
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  it('begins anew when the file changed meanwhile', async () => {
    server.trouble.push((request, response) => {
      server.answer(request, response, 70_000);
      server.bytes = writeSafetensors([
        ['w', { dtype: 'f32', dims: [50_000], data: data.slice().reverse() }],
      ]);
      server.etag = '"v2"';
    });
    await pull();
    expect(server.requests[1]?.range).toBe('bytes=70000-');
    expect(readFileSync(file).equals(server.bytes)).toBe(true);
  });

  it('begins anew when there is no ETag to compare, or the rest does not fit', async () => {
    server.etag = 'W/"weak"';
    server.trouble.push(cut(70_000));
    await pull();
    expect(server.requests[1]?.range).toBeUndefined();
    rmSync(file);
    server.etag = '"v1"';
    server.trouble.push(cut(70_000), status(416, { 'content-range': 'bytes */10' }));
    await pull();
    rmSync(file);
    server.trouble.push(cut(70_000), (_, response) => {
      response.writeHead(206, { etag: '"v1"', 'content-range': `bytes 0-9/${whole.length}` });
      response.end(whole.subarray(0, 10));
    });
    await pull();
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  it('waits out silence, 429 and 500', async () => {
    server.trouble.push(() => undefined, status(429, { 'retry-after': '0' }), status(503));
    await pull();
    expect(server.requests).toHaveLength(4);
  });

  it('follows redirects, keeps the token at home, and believes the hash that the hub tells', async () => {
    const store = await new WeightsServer(whole).start();
    try {
      const headers = { location: `${store.url}/blob`, 'x-linked-size': String(whole.length) };
      server.trouble.push(status(302, { ...headers, 'x-linked-etag': `"${server.sha256}"` }));
      await pull({}, { HF_TOKEN: 'secret' });
      expect(server.requests[0]?.authorization).toBe('Bearer secret');
      expect(store.requests[0]?.authorization).toBeUndefined();
      rmSync(file);
      server.trouble.push(status(302, { ...headers, 'x-linked-etag': `"${'0'.repeat(64)}"` }));
      await expect(pull()).rejects.toMatchObject({ code: 'E_HUB_CHECKSUM' });
      expect(existsSync(file)).toBe(false);
      expect(readFileSync(`${file}.bad`).equals(whole)).toBe(true);
      server.trouble.push(status(302, { ...headers, 'x-linked-size': '7' }));
      await expect(pull()).rejects.toThrow(/the hub lists 7/);
    } finally {
      await store.stop();
    }
  });

  it('refuses redirects to http and in a circle', async () => {
    server.trouble.push(status(302, { location: 'http://example.org/weights' }));
    await expect(pull()).rejects.toThrow(/which is not https/);
    server.trouble.push(...Array.from({ length: 11 }, () => status(302, { location: '/again' })));
    await expect(pull()).rejects.toThrow(/redirects more than 10 times/);
    expect(() => hubSettings({ HF_ENDPOINT: 'http://example.org' })).toThrow(/Expected an https address/);
  });

  it('does not take another file for the weights', async () => {
    server.trouble.push((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Log in</html>');
    });
    await expect(pull()).rejects.toThrow(/it is a web page/);
    server.bytes = Buffer.from('<html>Log in</html>');
    await expect(pull()).rejects.toThrow(/does not begin as a safetensors file/);
    // The name on torchvision's host tells how the hash begins.
    const environment = { SAKER_TORCHVISION_ENDPOINT: server.url, SAKER_CACHE: cache };
    const other = pullWeights(torchvision, { env: environment });
    await expect(other).rejects.toThrow(/expected f37072fd/);
    expect(existsSync(join(cache, 'weights', torchvision.path))).toBe(false);
  });

  it('takes no more bytes than are allowed, announced or not', async () => {
    const announced = new RegExp(`has ${whole.length} bytes or more, and 1000 are allowed`);
    await expect(pull({ maxBytes: 1000 })).rejects.toThrow(announced);
    server.trouble.push((_, response) => void response.writeHead(200, { etag: '"v1"' }).end(whole));
    await expect(pull({ maxBytes: 1000 })).rejects.toThrow(/1000 are allowed/);
    expect(existsSync(file)).toBe(false);
  });

  it('says which address has no file', async () => {
    server.trouble.push(status(404));
    await expect(pull()).rejects.toMatchObject({ code: 'E_HUB_NOT_FOUND' });
    expect(server.requests).toHaveLength(1);
  });

  it('says offline what to fetch, where to put it and what to type, and takes the file that was put there', async () => {
    const failing = pull({ command: 'saker train photos' }, { HF_HUB_OFFLINE: 'true' });
    const error = await failing.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'E_HUB_OFFLINE' });
    expect(error.hint).toContain(`${server.url}/timm/convnext_atto.d2_in1k/resolve/main/model.safetensors`);
    expect(error.hint).toContain(file);
    expect(error.hint).toContain('type: saker train photos');
    const dead = server.url;
    await server.stop();
    await expect(pull({}, { HF_ENDPOINT: dead })).rejects.toMatchObject({ code: 'E_HUB_OFFLINE' });
    mkdirSync(join(cache, 'weights'), { recursive: true });
    writeFileSync(file, whole);
    const taken = await pull({}, { HF_HUB_OFFLINE: '1' });
    expect(taken).toMatchObject({ cached: true });
    // From then on it must stay as it is.
    writeFileSync(file, whole.with(whole.length - 1, 77));
    await expect(pull({}, { HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({ code: 'E_HUB_CHECKSUM' });
  });

  it('keeps the lock file to one of two, and takes over that of a process that is gone', async () => {
    const slow = (request: IncomingMessage, response: ServerResponse) =>
      void setTimeout(() => server.answer(request, response), 150);
    server.trouble.push(slow);
    const waited: string[] = [];
    const both = await Promise.all([pull(), pull({ onWait: (holder) => waited.push(holder) })]);
    expect(both.map((one) => one.cached).sort()).toEqual([false, true]);
    expect(server.requests).toHaveLength(1);
    rmSync(file);
    const { hostname } = await import('node:os');
    writeFileSync(`${file}.lock`, JSON.stringify({ host: hostname(), pid: 4194999, began: null }));
    await pull();
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('tells a full disk', async () => {
    if (!existsSync('/dev/full')) return;
    mkdirSync(join(cache, 'weights'), { recursive: true });
    symlinkSync('/dev/full', `${file}.part`);
    await expect(pull()).rejects.toMatchObject({ code: 'E_DISK_FULL' });
  });

  it('stops when it is told to, and keeps what came', async () => {
    const abort = new AbortController();
    server.trouble.push((_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': whole.length });
      response.write(whole.subarray(0, 60_000), () => setTimeout(() => abort.abort(), 50));
    });
    await expect(pull({ signal: abort.signal })).rejects.toMatchObject({ code: 'E_CANCELLED' });
    await pull();
    expect(server.requests.at(-1)?.range).toBe('bytes=60000-');
  });
});

it('the table fits the zoo: the tensors of a listed checkpoint are those of its graph', () => {
  // Parameter counts that torchvision states for its weights (classifier of 1000 classes).
  const counts = { resnet18: 11_689_512, mobilenet_v2: 3_504_872, shufflenet_v2_x1_0: 2_278_604 };
  for (const [name, count] of Object.entries(counts)) {
    const state = [...stateOf(buildModel(name, { numClasses: 1000, drawn: false }))];
    const learned = state.filter(([id]) => !/running_(mean|var)$/.test(id));
    expect(learned.reduce((n, [, dims]) => n + dims.reduce((a, b) => a * b, 1), 0)).toBe(count);
  }
});
