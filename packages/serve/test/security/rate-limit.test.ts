import { join } from 'node:path';
import { startServer } from '@saker/serve';
import { createKey } from '@saker/serve/keys';
import { expect, it } from 'vitest';
import { get, type Reply } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { expectProblem } from '../support/problem.js';

const folder = temporaryFolder();
const keys = join(folder, 'keys.json');
const one = createKey(keys, { name: 'one', scopes: ['predict'] }).key;
const two = createKey(keys, { name: 'two', scopes: ['predict'] }).key;

it('counts requests per key, refuses the next with 429 and Retry-After, and forgives in time', async () => {
  const security = { apiKeys: keys, rateLimit: { max: 3, windowMs: 1_500 } };
  const server = await startServer({ model: fastModel(folder), port: 0, workers: 1, security });
  const ask = (key: string): Promise<Reply> =>
    get(`${server.url}/model`, { headers: { authorization: `Bearer ${key}` } });
  try {
    for (let i = 0; i < 3; i++) expect((await ask(one)).status).toBe(200);
    const refused = await ask(one);
    expectProblem(refused, 'E_RATE_LIMITED');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(2);
    expect((await ask(two)).status).toBe(200);
    // Guesses at keys count for the address; they do not use up a key's share.
    const guesses = [];
    for (let i = 0; i < 5; i++) guesses.push((await ask(`saker_000000000000_${'A'.repeat(43)}`)).status);
    expect(guesses).toEqual([401, 401, 401, 429, 429]);
    expect((await get(`${server.url}/healthz`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    expect((await ask(one)).status).toBe(200);
  } finally {
    await server.close();
  }
});

it('exempts callers on this machine unless a limit is given', async () => {
  const server = await startServer({ model: fastModel(folder), port: 0, workers: 1 });
  try {
    const ask = async (remoteAddress: string): Promise<number> =>
      (await server.app.inject({ url: '/model', remoteAddress })).statusCode;
    /** 2100 requests; those that decide come one after the other. */
    const refusals = async (address: (i: number) => string): Promise<number> => {
      const first = await Promise.all(Array.from({ length: 1_900 }, (_, i) => ask(address(i))));
      for (let i = 1_900; i < 2_100; i++) first.push(await ask(address(i)));
      return first.filter((status) => status === 429).length;
    };
    expect(await refusals(() => '127.0.0.1')).toBe(0);
    expect(await refusals(() => '203.0.113.9')).toBe(100);
    // One subscriber may use every address of an IPv6 /64.
    expect(await refusals((i) => `2001:db8:1:2::${i.toString(16)}`)).toBe(100);
  } finally {
    await server.close();
  }
});
