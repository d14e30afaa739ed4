import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BodyBudget } from '../../dist/body/lease.js';
import { securitySchema } from '../../dist/security/options.js';
import { type Resolver, UrlFetcher } from '../../dist/security/urls/fetcher.js';
import { post } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';
import { expectProblem } from '../support/problem.js';

const folder = temporaryFolder();
const MIB = 1024 * 1024;
let photo: Buffer;
let site: Server;
/** The same at 127.0.0.1, where nothing should ever be asked. */
let inside: Server;
let port: number;
let visits: string[] = [];

/** A web site with good pictures and bad manners. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  visits.push(path);
  const redirect = (to: string): void => void response.writeHead(302, { location: to }).end('moved');
  const picture = { 'content-type': 'image/jpeg' };
  if (path === '/good.jpg') response.writeHead(200, picture).end(photo);
  else if (path === '/moved') redirect('/good.jpg');
  else if (path === '/loop') redirect('/loop');
  else if (path === '/to-loopback') redirect(`http://127.0.0.1:${port}/secret`);
  else if (path === '/to-metadata') redirect('http://169.254.169.254/latest/meta-data/');
  else if (path === '/to-file') redirect('file:///etc/passwd');
  else if (path === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  else if (path === '/zipped')
    response.writeHead(200, { ...picture, 'content-encoding': 'gzip' }).end(gzipSync(photo));
  else if (path === '/huge') {
    response.writeHead(200, picture);
    const more = (): void => void (response.write(Buffer.alloc(MIB)) && setImmediate(more));
    response.on('drain', more);
    more();
  } else if (path === '/drip') {
    response.writeHead(200, picture);
    const timer = setInterval(() => response.write('x'), 100);
    response.on('close', () => clearInterval(timer));
  } else if (path === '/slow') response.writeHead(200, picture).write('x');
  else if (path === '/cut')
    response.writeHead(200, { ...picture, 'content-length': 9999 }).write('x', () => response.destroy());
  else response.writeHead(404).end();
}

beforeAll(async () => {
  photo = await jpeg();
  site = createServer(answer);
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.2', resolve));
  ({ port } = site.address() as AddressInfo);
  inside = createServer(answer);
  await new Promise<void>((resolve) => inside.listen(port, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const server of [site, inside]) {
    server.closeAllConnections();
    server.close();
  }
});

/** The site stands at 127.0.0.2, which the operator has allowed; 127.0.0.1 is as forbidden as ever. */
function fetcher(resolve: Resolver = toSite, extra: object = {}): UrlFetcher {
  const allow = [`http://pictures.example:${port}`, `http://127.0.0.1:${port}`, 'http://169.254.169.254'];
  const urls = { allow, privateNetworks: ['127.0.0.2/32'], timeoutMs: 1_000, ...extra };
  return new UrlFetcher(securitySchema.parse({ urls }).urls!, resolve);
}
const toSite: Resolver = async () => [{ address: '127.0.0.2', family: 4 }];

async function codeOf(path: string, by = fetcher()): Promise<string> {
  visits = [];
  const budget = new BodyBudget(2 * MIB, 8 * MIB);
  const lease = budget.open();
  const url = path.startsWith('/') ? `http://pictures.example:${port}${path}` : path;
  try {
    const bytes = await by.fetch(url, lease);
    return Buffer.compare(Buffer.from(bytes), photo) === 0 ? 'the photo' : 'other bytes';
  } catch (thrown) {
    return (thrown as { code: string }).code;
  } finally {
    lease.release();
    await by.close();
  }
}

describe('a picture by URL', () => {
  it('is fetched from a host that is allowed, redirects included', async () => {
    expect(await codeOf('/good.jpg')).toBe('the photo');
    expect(await codeOf('/moved')).toBe('the photo');
    expect(visits).toEqual(['/moved', '/good.jpg']);
  });

  it.each([
    'http://localhost/',
    'http://elsewhere.example/',
    'https://pictures.example/',
    'ftp://pictures.example/a',
    'file:///etc/passwd',
    'data:image/png;base64,AA==',
    'gopher://x',
    'no url',
    '',
    'http://pictures.example.evil.example/',
    'http://evil.example/?pictures.example',
    `http://x${'y'.repeat(3000)}`,
  ])('%s is refused: not on the list', async (url) => {
    expect(await codeOf(url)).toBe('E_URL_REFUSED');
    expect(visits).toEqual([]);
  });

  it('with a password in it is refused', async () => {
    expect(await codeOf(`http://a:b@pictures.example:${port}/good.jpg`)).toBe('E_URL_REFUSED');
  });

  it.each(['127.0.0.1', '2130706433', '0x7f000001', '017700000001', '127.1'])(
    'at the address %s of this machine is refused although the list has it, before a connection',
    async (host) => {
      expect(await codeOf(`http://${host}:${port}/secret`)).toBe('E_URL_REFUSED');
      expect(visits).toEqual([]);
    },
  );

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('of a name that leads to %s is refused, before a connection', async (address) => {
    const resolve: Resolver = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
    expect(await codeOf('/secret', fetcher(resolve))).toBe('E_URL_REFUSED');
    expect(visits).toEqual([]);
  });

  it('of a name with one good and one private address is refused', async () => {
    const resolve: Resolver = async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(await codeOf('/secret', fetcher(resolve))).toBe('E_URL_REFUSED');
    expect(visits).toEqual([]);
  });

  it('of a name that changes after the check goes to the address that was checked', async () => {
    const answers = ['127.0.0.2', '127.0.0.1', '127.0.0.1'];
    const asked: string[] = [];
    const rebinding: Resolver = async (name) => {
      asked.push(name);
      return [{ address: answers[asked.length - 1] ?? '127.0.0.1', family: 4 }];
    };
    expect(await codeOf('/good.jpg', fetcher(rebinding))).toBe('the photo');
    expect(asked).toHaveLength(1);
  });

  it.each(['/to-loopback', '/to-metadata', '/to-file'])(
    'that redirects %s is refused there',
    async (path) => {
      expect(await codeOf(path)).toBe('E_URL_REFUSED');
      expect(visits).toEqual([path]);
    },
  );

  it('that redirects for ever is given up', async () => {
    expect(await codeOf('/loop')).toBe('E_URL_FETCH');
    expect(visits).toHaveLength(4);
  });

  it.each(['/page', '/zipped', '/huge', '/slow', '/drip', '/cut', '/none'])(
    '%s is E_URL_FETCH, in time',
    async (path) => {
      const before = performance.now();
      expect(await codeOf(path)).toBe('E_URL_FETCH');
      expect(performance.now() - before).toBeLessThan(3_000);
    },
  );

  it('of a host that is down tells nothing about the network', async () => {
    const urls = { allow: ['http://down.example:9'], privateNetworks: ['127.0.0.2/32'] };
    const by = new UrlFetcher(securitySchema.parse({ urls }).urls!, toSite);
    const lease = new BodyBudget(1, 1).open();
    const failure = await by.fetch('http://down.example:9/', lease).catch((error: Error) => error);
    expect((failure as Error).message).not.toMatch(/127\.0\.0\.2|ECONN|refused/);
    await by.close();
  });
});

describe('POST /predict with {"url"}', () => {
  it('classifies what is there, one or many, and refuses what is not allowed', async () => {
    const urls = { allow: [`http://127.0.0.2:${port}`], privateNetworks: ['127.0.0.2/32'] };
    const server = await startServer({ model: fastModel(folder), port: 0, workers: 1, security: { urls } });
    try {
      const send = (body: object) => post(`${server.url}/predict`, JSON.stringify(body), 'application/json');
      const at = `http://127.0.0.2:${port}`;
      const direct = await post(`${server.url}/predict`, photo, 'image/jpeg');
      const one = await send({ url: `${at}/good.jpg` });
      expect([one.status, one.body.label, one.body.confidence]).toEqual([
        200,
        direct.body.label,
        direct.body.confidence,
      ]);
      expect((await send({ urls: [`${at}/good.jpg`, `${at}/moved`] })).body.results).toHaveLength(2);
      expectProblem(await send({ url: `http://127.0.0.1:${port}/secret` }), 'E_URL_REFUSED');
      expectProblem(await send({ url: `${at}/page` }), 'E_URL_FETCH');
      expectProblem(await send({ url: 7 }), 'E_BODY_INVALID');
      expectProblem(await send({ url: `${at}/good.jpg`, image: '' }), 'E_BODY_INVALID');
    } finally {
      await server.close();
    }
  });

  it('is refused by a server whose operator has allowed no host', async () => {
    const server = await startServer({ model: fastModel(folder), port: 0, workers: 1 });
    try {
      const body = JSON.stringify({ url: `http://127.0.0.1:${port}/good.jpg` });
      visits = [];
      expectProblem(await post(`${server.url}/predict`, body, 'application/json'), 'E_URL_REFUSED');
      expect(visits).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it.each(['*', 'http://', 'a b', 'https://*', 'host/path'])('the allow-list takes no %s', (entry) => {
    const urls = { allow: [entry] };
    expect(() => new UrlFetcher(securitySchema.parse({ urls }).urls!)).toThrow('urls.allow');
  });
});
