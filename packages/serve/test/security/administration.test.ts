/** Who may load and unload models, and who is warned about whom. */
import { Writable } from 'node:stream';
import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exposureWarnings } from '../../dist/security/exposure.js';
import { securitySchema } from '../../dist/security/options.js';
import { fastModel, temporaryFolder } from '../support/models.js';

const folder = temporaryFolder();
const UNLOAD = '/v2/repository/models/nobody/unload';
let server: RunningServer;
let log = '';

beforeAll(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  server = await startServer({ model: fastModel(folder), port: 0, workers: 1, logger: { stream } });
});
afterAll(() => server.close());

/** The code for an unload from an address under a name; 404 is what somebody gets who may unload. */
async function codeOf(remoteAddress: string, headers: Record<string, string> = {}): Promise<string> {
  const host = new URL(server.url).host;
  const reply = await server.app.inject({
    method: 'POST',
    url: UNLOAD,
    remoteAddress,
    headers: { host, ...headers },
  });
  return reply.json().code;
}

describe('without keys, models are loaded and unloaded', () => {
  it('by callers on this machine', async () => {
    for (const host of ['127.0.0.1:8080', 'localhost', '[::1]:8080'])
      expect(await codeOf('127.0.0.1', { host })).toBe('E_MODEL_UNKNOWN');
    expect(await codeOf('::1')).toBe('E_MODEL_UNKNOWN');
  });

  it('not by others, whatever they say of themselves', async () => {
    for (const address of ['203.0.113.9', '10.0.0.7', '2001:db8::1'])
      for (const headers of [{}, { 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }])
        expect(await codeOf(address, headers)).toBe('E_FORBIDDEN');
  });

  it('not by a page in a browser on this machine, even when its name points here', async () => {
    const host = 'rebound.evil.example:8080';
    expect(await codeOf('127.0.0.1', { host, origin: `http://${host}` })).toBe('E_FORBIDDEN');
    expect(await codeOf('127.0.0.1', { host })).toBe('E_FORBIDDEN');
    expect(await codeOf('127.0.0.1', { origin: 'https://evil.example' })).toBe('E_FORBIDDEN');
  });
});

it('an operator who opens the server to a network is warned, until there are keys and TLS', () => {
  const warnings = (host: string, options: object = {}): string =>
    exposureWarnings(host, securitySchema.parse(options)).join();
  for (const host of ['127.0.0.1', 'localhost', '::1', '127.3.2.1']) expect(warnings(host)).toBe('');
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'server.example'])
    expect(warnings(host)).toContain('no key');
  const apiKeys = 'keys.json';
  expect(warnings('0.0.0.0', { apiKeys })).toContain('in the clear');
  expect(warnings('0.0.0.0', { apiKeys, tls: { cert: 'c', key: 'k' } })).toBe('');
});

it('the log keeps no secret that somebody logs', () => {
  const secret = 'hush-hush';
  server.app.log.info(
    { authorization: secret, headers: { 'x-api-key': secret, cookie: secret } },
    'careless',
  );
  server.app.log.info({ req: { headers: { authorization: secret } } }, 'more careless');
  expect(log).toContain('careless');
  expect(log).toContain('[secret]');
  expect(log).not.toContain(secret);
});
