import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, type ServerOptions, startServer } from '@saker/serve';
import { buildApp } from '@saker/serve/app';
import { SakerError } from '@saker/spec';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { get, post, until } from './support/client.js';
import { fastModel, slowModel, temporaryFolder } from './support/models.js';
import { jpeg } from './support/pictures.js';

const folder = temporaryFolder();
let fast: string;
let slow: string;
let photo: Buffer;
const running: RunningServer[] = [];

beforeAll(async () => {
  fast = fastModel(folder);
  slow = slowModel(folder);
  photo = await jpeg();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Partial<ServerOptions>): Promise<{ server: RunningServer; url: string }> {
  const server = await startServer({ model: fast, port: 0, workers: 1, threads: 1, ...options });
  running.push(server);
  return { server, url: `${server.url}/predict` };
}

const send = (url: string): ReturnType<typeof post> => post(url, photo, 'image/jpeg');

describe('workers and threads', () => {
  const count = async (server: RunningServer): Promise<number> => {
    const reply = await fetch(`${server.url}/v2/models/${server.app.models.onlyName}/config`);
    return ((await reply.json()) as { instance_group: [{ count: number }] }).instance_group[0].count;
  };

  it.skipIf(availableParallelism() < 2)(
    'are found by the time that the model takes, unless the operator names one of them',
    async () => {
      // No machine runs this model in half a millisecond, so that all cores go to one worker.
      const hasty = { model: slow, targetP99Ms: 1 };
      const found = await start({ ...hasty, workers: undefined, threads: undefined });
      expect(await count(found.server)).toBe(1);
      const named = await start({ ...hasty, workers: 2, threads: undefined });
      expect(await count(named.server)).toBe(2);
      const easy = await start({ workers: undefined, threads: undefined });
      expect(await count(easy.server)).toBe(Math.min(16, availableParallelism()));
    },
  );
});

describe('readiness', () => {
  it('is refused until every worker is warm, while liveness is given', async () => {
    const app = buildApp({ model: slow, workers: 2 });
    try {
      await app.ready();
      expect((await app.inject('/healthz')).statusCode).toBe(200);
      for (const url of ['/readyz', '/model']) {
        const early = await app.inject(url);
        expect(early.statusCode).toBe(503);
        expect(early.json().code).toBe('E_NOT_READY');
        expect(early.headers['retry-after']).toBe('1');
      }
      const headers = { 'content-type': 'image/jpeg' };
      const predict = await app.inject({ method: 'POST', url: '/predict', headers, payload: photo });
      expect(predict.json().code).toBe('E_NOT_READY');
      await app.models.started;
      expect((await app.inject('/readyz')).statusCode).toBe(200);
      app.models.drain();
      expect((await app.inject('/readyz')).json().code).toBe('E_SHUTTING_DOWN');
      expect((await app.inject('/healthz')).statusCode).toBe(200);
    } finally {
      await app.close();
    }
  });
});

describe('starting', () => {
  const failure = async (options: Partial<ServerOptions>): Promise<SakerError> => {
    const thrown: unknown = await start(options).then(
      () => null,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(SakerError);
    return thrown as SakerError;
  };

  it('on a port in use is E_PORT_IN_USE', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await until(() => other.listening);
    const { port } = other.address() as { port: number };
    const error = await failure({ port });
    expect(error.code).toBe('E_PORT_IN_USE');
    expect(error.params).toMatchObject({ port, host: '127.0.0.1' });
    other.close();
  });

  it('on a host that is not ours is E_HOST_INVALID', async () => {
    expect((await failure({ host: 'no-such-host.invalid' })).code).toBe('E_HOST_INVALID');
    expect((await failure({ host: '192.0.2.1' })).code).toBe('E_HOST_INVALID');
  });

  it('with a model that is missing, a folder or no ONNX names it', async () => {
    expect((await failure({ model: `${folder}/none.onnx` })).code).toBe('E_FILE_NOT_FOUND');
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect((await failure({ model: empty })).code).toBe('E_REPOSITORY_EMPTY');
    expect((await failure({ model: Buffer.from('no model') })).code).toBe('E_MODEL_NOT_ONNX');
  });

  it.each([
    ['port', 70_000],
    ['workers', 0],
    ['bodyLimit', -1],
    ['timeoutMs', 0.5],
    ['topK', 0],
  ])('with %s = %s is E_ARG_INVALID', async (name, value) => {
    const error = await failure({ [name]: value });
    expect(error.code).toBe('E_ARG_INVALID');
    expect(error.params.name).toBe(name);
  });

  it('listens on this machine only unless told otherwise', async () => {
    const { server } = await start({});
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const open = await start({ host: '0.0.0.0' });
    expect(open.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await get(`${open.server.url}/readyz`)).status).toBe(200);
  });
});

describe('overload', () => {
  it('ten times over is answered 200 or 503 without loss, and is over when it is over', async () => {
    const { server, url } = await start({ model: slow, maxQueue: 6 });
    const replies = await Promise.all(Array.from({ length: 80 }, () => send(url)));
    const counts = new Map<number, number>();
    for (const { status } of replies) counts.set(status, (counts.get(status) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([200, 503]);
    const refused = replies.filter(({ status }) => status === 503);
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['E_OVERLOADED']));
    expect(refused.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true);
    expect(counts.get(200)).toBeGreaterThanOrEqual(6);
    expect((await send(url)).status).toBe(200);
    expect(server.app.models.state()).toMatchObject({ waiting: 0, running: 0 });
    expect(server.app.bodyBudget.heldBytes).toBe(0);
  });

  it.each([
    ['/predict', 'image/jpeg'],
    ['/v2/models/mobilenet_v2/infer', 'application/json'],
  ])('refuses before a byte of the body on %s', async (path, type) => {
    const { server, url } = await start({ model: slow, name: 'mobilenet_v2', maxQueue: 1 });
    const { host, hostname, port } = new URL(server.url);
    const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${type}\r\nContent-Length: 100000\r\n\r\n`;
    let stop = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!stop) await send(url);
    });
    /** Sends a head and no body: a server that reads the body first does not answer. */
    const answer = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(head));
        const timer = setTimeout(() => socket.destroy(), 500);
        socket.once('data', (bytes) => {
          resolve(bytes.toString());
          socket.destroy();
        });
        socket.once('close', () => {
          clearTimeout(timer);
          resolve('');
        });
      });
    try {
      // The line has room for a moment, now and then.
      let seen = '';
      for (let i = 0; i < 40 && seen === ''; i++) seen = await answer();
      expect(seen).toMatch(/^HTTP\/1\.1 503 [\s\S]*E_OVERLOADED/);
    } finally {
      stop = true;
      await Promise.all(load);
    }
  });

  it('of memory by bodies in flight is E_OVERLOADED', async () => {
    const { url } = await start({ maxHeldBytes: 1000 });
    expect((await send(url)).body.code).toBe('E_OVERLOADED');
  });

  it('that makes a request wait too long is E_TIMEOUT', async () => {
    const { server, url } = await start({ model: slow, timeoutMs: 60 });
    const replies = await Promise.all(Array.from({ length: 20 }, () => send(url)));
    const late = replies.filter(({ status }) => status === 504);
    expect(late.length).toBeGreaterThan(0);
    expect(late[0]?.body.code).toBe('E_TIMEOUT');
    await until(() => server.app.models.state().running === 0);
    expect(server.app.models.state().waiting).toBe(0);
  });
});

describe('clients that leave', () => {
  it('take their waiting pictures with them', async () => {
    const { server, url } = await start({ model: slow });
    const { pool } = server.app.models.get();
    const stay = Promise.all(Array.from({ length: 8 }, () => send(url)));
    await until(() => pool.state().waiting > 0);
    const gone = new AbortController();
    const left = Array.from({ length: 40 }, () => post(url, photo, 'image/jpeg', { signal: gone.signal }));
    for (const one of left) one.catch(() => undefined);
    // At least 20 of those that leave are waiting by then.
    await until(() => pool.state().waiting >= 28);
    gone.abort();
    await Promise.allSettled(left);
    expect((await stay).map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    await until(() => server.app.bodyBudget.heldBytes === 0 && pool.state().running === 0);
    const ran = [...pool.statistics.batches].reduce(
      (sum, [size, { computeInfer }]) => sum + size * computeInfer.count,
      0,
    );
    expect(ran).toBeLessThanOrEqual(28);
  });

  it('in the middle of their upload leave nothing behind', async () => {
    const { server, url } = await start({});
    const { port } = new URL(url);
    for (const type of ['image/jpeg', 'application/json', 'multipart/form-data; boundary=b']) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 5000\r\n\r\n` +
          '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    await until(() => server.app.bodyBudget.heldBytes === 0);
    expect((await send(url)).status).toBe(200);
  });
});

describe('a worker that dies', () => {
  it('costs no request: what it had goes to another, and it is replaced', async () => {
    const { server, url } = await start({ model: slow, workers: 2 });
    const { pool } = server.app.models.get();
    const requests = Array.from({ length: 12 }, () => send(url));
    await until(() => pool.state().running >= 2);
    await pool.crashWorker(0);
    await pool.crashWorker(1);
    const replies = await Promise.all(requests);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    await until(() => pool.state().ready === 2);
    expect((await Promise.all([send(url), send(url)])).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('leaves the server ready while another works, and not ready when it was the only one', async () => {
    const { server, url } = await start({ workers: 2 });
    const { pool } = server.app.models.get();
    await pool.crashWorker(0);
    expect((await get(`${server.url}/readyz`)).status).toBe(200);
    await pool.crashWorker(1);
    expect((await get(`${server.url}/readyz`)).status).toBe(503);
    // Waits in line for the replacement.
    expect((await send(url)).status).toBe(200);
    await until(() => pool.state().ready === 2);
  });

  it('is what becomes of one that does not answer for too long', async () => {
    const { server, url } = await start({ model: slow, hangMs: 5 });
    const { status, body } = await send(url);
    expect([status, body.code]).toEqual([500, 'E_WORKER_FAILED']);
    await until(() => server.app.models.state().ready === 1);
  });
});

describe('closing', () => {
  it('finishes what was accepted, refuses what comes after, and ends', async () => {
    const { server, url } = await start({ model: slow });
    const accepted = Array.from({ length: 5 }, () => send(url));
    await until(() => server.app.models.state().waiting >= 3);
    const closed = server.close();
    expect(server.close()).toBe(closed);
    const replies = await Promise.all(accepted);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await closed;
    await expect(send(url)).rejects.toThrow();
  });

  it('answers E_SHUTTING_DOWN on connections that are still open', async () => {
    const { server, url } = await start({ model: slow });
    const { port, host } = new URL(url);
    const keepAlive = connect(Number(port), '127.0.0.1');
    let text = '';
    keepAlive.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    const request = Buffer.concat([
      Buffer.from(
        `POST /predict HTTP/1.1\r\nHost: ${host}\r\nContent-Type: image/jpeg\r\nContent-Length: ${photo.length}\r\n\r\n`,
      ),
      photo,
    ]);
    keepAlive.write(request);
    await until(() => server.app.models.state().running === 1);
    const closed = server.close();
    keepAlive.write(request);
    await closed;
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    expect(text).toContain('E_SHUTTING_DOWN');
  });

  it('does not wait for connections that are idle or were never used', async () => {
    const { server } = await start({});
    const unused = connect(Number(new URL(server.url).port), '127.0.0.1');
    await get(`${server.url}/healthz`);
    await until(() => unused.readyState === 'open');
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(2_000);
    unused.destroy();
  });

  it('waits no longer than the drain timeout for busy ones', async () => {
    const { server } = await start({ drainTimeoutMs: 300 });
    const stuck = connect(Number(new URL(server.url).port), '127.0.0.1');
    stuck.on('error', () => undefined);
    stuck.write('POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: 9\r\n\r\n');
    await until(() => stuck.readyState === 'open');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeGreaterThan(250);
    expect(performance.now() - before).toBeLessThan(3_000);
    stuck.destroy();
  });
});
