import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RunningServer, startServer } from '@saker/serve';
import { createKey, readKeys, revokeKey } from '@saker/serve/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, post, type Reply, until } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { expectProblem } from '../support/problem.js';

const folder = temporaryFolder();
const run = promisify(execFile);
const file = join(folder, 'keys.json');
const predict = createKey(file, { name: 'shop', scopes: ['predict'] });
const metrics = createKey(file, { name: 'prometheus', scopes: ['metrics'] });
const expired = createKey(file, { name: 'old', scopes: ['predict'], expiresAt: new Date(Date.now() - 1000) });
let server: RunningServer;
let photo: Buffer;

beforeAll(async () => {
  photo = await jpeg();
  server = await startServer({ model: fastModel(folder), port: 0, workers: 1, security: { apiKeys: file } });
});
afterAll(() => server.close());

const ask = (headers: Record<string, string>): Promise<Reply> =>
  post(`${server.url}/predict`, photo, 'image/jpeg', { headers });
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

describe('a server with a keys file', () => {
  it('serves who brings a key with the scope, in either header', async () => {
    expect((await ask(bearer(predict.key))).status).toBe(200);
    expect((await ask({ 'x-api-key': predict.key })).status).toBe(200);
  });

  it('asks everybody else for one, before it reads a body', async () => {
    const wrong = `${predict.key.slice(0, -4)}AAAA`;
    for (const headers of [
      {},
      bearer(wrong),
      bearer('saker_x'),
      bearer(''),
      { authorization: 'Basic eDp5' },
    ]) {
      const reply = await ask(headers);
      expectProblem(reply, 'E_UNAUTHENTICATED');
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    }
    expectProblem(await get(`${server.url}/model`), 'E_UNAUTHENTICATED');
    expectProblem(await get(`${server.url}/no-such-route`), 'E_UNAUTHENTICATED');
    expect(server.app.bodyBudget.heldBytes).toBe(0);
  });

  it('leaves the probes open', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await get(server.url + path)).status).toBe(200);
  });

  it('refuses a key without the scope, and one that has expired', async () => {
    expectProblem(await ask(bearer(metrics.key)), 'E_FORBIDDEN');
    const reply = await ask(bearer(expired.key));
    expectProblem(reply, 'E_UNAUTHENTICATED');
    expect(reply.body.detail).toContain('expired');
  });

  it('takes new keys and revocations into account while it runs, and survives a broken file', async () => {
    const late = createKey(file, { name: 'late', scopes: ['admin'] });
    await until(async () => (await ask(bearer(late.key))).status === 200);
    revokeKey(file, late.record.id);
    await until(async () => (await ask(bearer(late.key))).status === 401);
    const good = readFileSync(file);
    writeFileSync(file, '{"version":1,"keys":[');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect((await ask(bearer(predict.key))).status).toBe(200);
    expectProblem(await ask({}), 'E_UNAUTHENTICATED');
    writeFileSync(file, good);
  });
});

describe('the keys file', () => {
  it('holds hashes, not keys, and only its owner may read it', () => {
    const text = readFileSync(file, 'utf8');
    for (const { key } of [predict, metrics]) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(key.slice(-43));
    }
    const fresh = join(folder, 'fresh.json');
    createKey(fresh, { name: '', scopes: ['predict'] });
    expect(statSync(fresh).mode & 0o077).toBe(0);
  });

  it('loses no key when several are made at once', async () => {
    const shared = join(folder, 'shared.json');
    const bin = fileURLToPath(new URL('../../../cli/bin/saker.js', import.meta.url));
    const make = (name: string) => run(process.execPath, [bin, 'keys', 'create', shared, '--name', name]);
    await Promise.all(['a', 'b', 'c', 'd'].map(make));
    expect(
      readKeys(shared)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd']);
    expect(readdirSync(folder).filter((name) => /\.(lock|tmp)$/.test(name))).toEqual([]);
  });

  it('that is missing or broken keeps the server from starting', async () => {
    const start = (apiKeys: string): Promise<unknown> =>
      startServer({ model: fastModel(folder), port: 0, workers: 1, security: { apiKeys } });
    await expect(start(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'E_FILE_NOT_FOUND' });
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"version":1,"keys":[{"id":"x"}]}');
    await expect(start(broken)).rejects.toMatchObject({ code: 'E_KEYS_FILE' });
    expect(() => readKeys(broken)).toThrow('keys.0');
    expect(() => revokeKey(file, '000000000000')).toThrow('No key');
  });
});
