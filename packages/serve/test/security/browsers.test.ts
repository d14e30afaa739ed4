import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, get, post, type Reply } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { expectProblem } from '../support/problem.js';

const folder = temporaryFolder();
const FRIEND = 'https://app.example';
const STRANGER = 'https://evil.example';
let plain: RunningServer;
let shared: RunningServer;
let photo: Buffer;

beforeAll(async () => {
  photo = await jpeg();
  const model = fastModel(folder);
  plain = await startServer({ model, port: 0, workers: 1 });
  shared = await startServer({ model, port: 0, workers: 1, security: { corsOrigins: [FRIEND] } });
});
afterAll(() => Promise.all([plain.close(), shared.close()]));

const upload = (server: RunningServer, origin: string): Promise<Reply> =>
  post(`${server.url}/predict`, form([['a.jpg', photo]]), undefined, { headers: { origin } });
const preflight = (server: RunningServer, origin: string): Promise<Response> =>
  fetch(`${server.url}/predict`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

describe('every answer', () => {
  it.each(['/healthz', '/model', '/nope'])('of %s carries the security headers', async (path) => {
    const { headers } = await get(plain.url + path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });
});

describe('pages of other origins', () => {
  it('may not send pictures, whatever the browser would let them read', async () => {
    for (const origin of [STRANGER, 'null', 'https://evil.example:443 ', 'garbage'])
      expectProblem(await upload(plain, origin), 'E_FORBIDDEN');
    expectProblem(await upload(shared, STRANGER), 'E_FORBIDDEN');
    expect((await preflight(plain, STRANGER)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight(shared, STRANGER)).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may when the operator names them, and only those', async () => {
    const { status, headers } = await upload(shared, FRIEND);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, FRIEND]);
    const allowed = await preflight(shared, FRIEND);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, FRIEND]);
  });

  it('are not confused with the pages of the server itself', async () => {
    expect((await upload(plain, plain.url)).status).toBe(200);
  });
});
