import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type RunningServer, startServer } from '@saker/serve';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, type Reply, until } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { expectProblem } from '../support/problem.js';

const folder = temporaryFolder();
const file = join(folder, 'jwks.json');
const issuer = 'https://issuer.example';
const audience = 'saker';
const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function keySet(key: KeyObject): string {
  return JSON.stringify({
    keys: [{ ...key.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }],
  });
}

interface Claims {
  readonly scope?: string;
  readonly iss?: string;
  readonly aud?: string;
  readonly exp?: number | null;
}

function token(claims: Claims = {}, key: KeyObject = ours.privateKey): Promise<string> {
  const { scope = 'predict', iss = issuer, aud = audience, exp = 60 } = claims;
  const jwt = new SignJWT({ scope }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).setSubject('ann');
  jwt.setIssuer(iss).setAudience(aud);
  if (exp !== null) jwt.setExpirationTime(Math.floor(Date.now() / 1000) + exp);
  return jwt.sign(key);
}

let server: RunningServer;
const ask = (jwt: string, at = server): Promise<Reply> =>
  get(`${at.url}/model`, { headers: { authorization: `Bearer ${jwt}` } });

beforeAll(async () => {
  writeFileSync(file, keySet(ours.publicKey));
  const jwt = { jwks: file, issuer, audience };
  server = await startServer({ model: fastModel(folder), port: 0, workers: 1, security: { jwt } });
});
afterAll(() => server.close());

describe('a server that takes tokens', () => {
  it('serves who brings one that is signed, meant for it, in time and of the scope', async () => {
    expect((await ask(await token())).status).toBe(200);
    expect((await ask(await token({ scope: 'other saker:admin' }))).status).toBe(200);
  });

  it.each<[string, Claims]>([
    ['has expired', { exp: -60 }],
    ['never expires', { exp: null }],
    ['is from another issuer', { iss: 'https://evil.example' }],
    ['is meant for another server', { aud: 'bank' }],
  ])('refuses a token that %s', async (_what, claims) => {
    expectProblem(await ask(await token(claims)), 'E_UNAUTHENTICATED');
  });

  it('refuses another key, no signature, and a public key misused as a shared secret', async () => {
    expectProblem(await ask(await token({}, others.privateKey)), 'E_UNAUTHENTICATED');
    const [, payload] = (await token()).split('.');
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    expectProblem(await ask(`${part({ alg: 'none' })}.${payload}.`), 'E_UNAUTHENTICATED');
    const secret = ours.publicKey.export({ type: 'spki', format: 'pem' });
    const forged = await new SignJWT({ scope: 'admin' })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime('1m')
      .sign(Buffer.from(secret as string));
    expectProblem(await ask(forged), 'E_UNAUTHENTICATED');
    expectProblem(await ask('a.b.c'), 'E_UNAUTHENTICATED');
  });

  it('refuses a good token without the scope', async () => {
    expectProblem(await ask(await token({ scope: 'metrics' })), 'E_FORBIDDEN');
  });

  it('takes a changed key set into use while it runs', async () => {
    writeFileSync(file, keySet(others.publicKey));
    const jwt = await token({}, others.privateKey);
    await until(async () => (await ask(jwt)).status === 200);
    expectProblem(await ask(await token()), 'E_UNAUTHENTICATED');
  });

  it('is told by its operator where keys are, not by tokens, and which algorithms', async () => {
    const start = (jwt: object): Promise<unknown> =>
      startServer({ model: fastModel(folder), port: 0, workers: 1, security: { jwt: jwt as never } });
    for (const jwt of [
      { jwks: 'http://issuer.example/jwks', issuer, audience },
      { jwks: file, issuer, audience, algorithms: ['HS256'] },
      { jwks: file, issuer, audience, algorithms: ['none'] },
      { jwks: file, issuer },
    ])
      await expect(start(jwt)).rejects.toMatchObject({ code: 'E_ARG_INVALID' });
  });
});

it('a key set behind a URL is fetched, and while it does not answer tokens are not judged', async () => {
  let up = false;
  const issuing = createServer((_request, response) => {
    if (!up) response.statusCode = 500;
    response.end(up ? keySet(ours.publicKey) : '');
  });
  await new Promise<void>((resolve) => issuing.listen(0, '127.0.0.1', resolve));
  const { port } = issuing.address() as AddressInfo;
  const jwt = { jwks: `http://127.0.0.1:${port}/jwks`, issuer, audience };
  const remote = await startServer({ model: fastModel(folder), port: 0, workers: 1, security: { jwt } });
  try {
    expectProblem(await ask(await token(), remote), 'E_AUTH_UNAVAILABLE');
    up = true;
    expect((await ask(await token(), remote)).status).toBe(200);
  } finally {
    await remote.close();
    issuing.close();
  }
});
