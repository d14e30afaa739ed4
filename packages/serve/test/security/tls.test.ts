import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { startServer } from '@saker/serve';
import { expect, it } from 'vitest';
import { makeCertificate } from '../../../../test/fixtures/certificate.js';
import { reportSkip } from '../../../../test/fixtures/shared.js';
import { until } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';

const folder = temporaryFolder();
const [first, second] = [makeCertificate(folder, 'first'), makeCertificate(folder, 'second')];
if (!first || !second) reportSkip('TLS (no openssl to make a certificate with)');

interface Secure {
  readonly status: number | undefined;
  readonly hsts: string | undefined;
  readonly name: string;
}

function ask(url: string): Promise<Secure> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/healthz`, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      const { CN } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate().subject;
      resolve({
        status: response.statusCode,
        hsts: response.headers['strict-transport-security'],
        name: String(CN),
      });
    });
    sent.on('error', reject).end();
  });
}

it.skipIf(!first || !second)(
  'serves TLS 1.2 and later, takes renewed certificates, and refuses files that do not fit',
  async () => {
    if (!first || !second) return;
    const used = { cert: join(folder, 'used.pem'), key: join(folder, 'used-key.pem') };
    const install = (from: { cert: string; key: string }): void => {
      copyFileSync(from.cert, used.cert);
      copyFileSync(from.key, used.key);
    };
    install(first);
    const model = fastModel(folder);
    const server = await startServer({ model, port: 0, workers: 1, security: { tls: used } });
    try {
      expect(server.url).toMatch(/^https:/);
      expect(await ask(server.url)).toEqual({
        status: 200,
        hsts: expect.stringContaining('max-age'),
        name: 'first',
      });
      const { hostname, port } = new URL(server.url);
      const old = await new Promise<string>((resolve) => {
        const options = {
          host: hostname,
          port: Number(port),
          rejectUnauthorized: false,
          ciphers: 'ALL@SECLEVEL=0',
        };
        const socket = connect({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }, () =>
          resolve('accepted'),
        );
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
      });
      // Refused for the version itself, not for want of a common cipher.
      expect(old).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
      install(second);
      await until(async () => (await ask(server.url)).name === 'second');
      writeFileSync(used.cert, 'no certificate');
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect((await ask(server.url)).name).toBe('second');
    } finally {
      await server.close();
    }
    const start = (tls: { cert: string; key: string }): Promise<unknown> =>
      startServer({ model, port: 0, workers: 1, security: { tls } });
    for (const tls of [
      { ...first, key: second.key },
      { ...first, cert: join(folder, 'none.pem') },
      { cert: first.key, key: first.key },
    ])
      await expect(start(tls)).rejects.toMatchObject({ code: 'E_TLS_INVALID' });
    expect(readFileSync(first.key, 'utf8')).toContain('PRIVATE KEY');
  },
);
