import { type RunningServer, startServer } from '@saker/serve';
import { ERRORS, type ErrorCode } from '@saker/spec';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { form, get, post, type Reply, rawExchange, until } from './support/client.js';
import { fastModel, temporaryFolder } from './support/models.js';
import { hugeJpeg, hugePng, jpeg } from './support/pictures.js';

const folder = temporaryFolder();
const MIB = 1024 * 1024;
let server: RunningServer;
let url: string;
let photo: Buffer;

beforeAll(async () => {
  photo = await jpeg();
  server = await startServer({
    model: fastModel(folder),
    port: 0,
    workers: 1,
    bodyLimit: 2 * MIB,
    maxPictures: 3,
    requestTimeoutMs: 1_500,
  });
  url = `${server.url}/predict`;
});
afterAll(() => server.close());

/** Whatever came before, the next good request is served and no body is still accounted for. */
afterEach(async () => {
  expect((await post(url, photo, 'image/jpeg')).status).toBe(200);
  await until(() => server.app.bodyBudget.heldBytes === 0);
});

function expectProblem(reply: Reply, code: ErrorCode): void {
  expect(reply.body).toMatchObject({ code, status: ERRORS[code].httpStatus, title: code });
  expect(reply.status).toBe(ERRORS[code].httpStatus);
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  const text = JSON.stringify(reply.body);
  expect(text).not.toMatch(/\bat .*:\d+|node_modules|\/packages\/|\.js\b/);
}

function stream(chunk: Uint8Array, times: number): ReadableStream<Uint8Array> {
  let left = times;
  return new ReadableStream({
    pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
  });
}

describe('pictures', () => {
  it('of 0 bytes are E_IMAGE_EMPTY in every body form', async () => {
    expectProblem(await post(url, new Uint8Array(), 'image/jpeg'), 'E_IMAGE_EMPTY');
    expectProblem(await post(url, form([['a.jpg', new Uint8Array()]])), 'E_IMAGE_EMPTY');
    expectProblem(await post(url, '{"image":""}', 'application/json'), 'E_IMAGE_EMPTY');
  });

  it('that are none are E_IMAGE_FORMAT', async () => {
    expectProblem(await post(url, 'hello, world, this is text', 'image/jpeg'), 'E_IMAGE_FORMAT');
  });

  it('cut short are E_IMAGE_TRUNCATED', async () => {
    expectProblem(await post(url, photo.subarray(0, photo.length - 200), 'image/jpeg'), 'E_IMAGE_TRUNCATED');
  });

  it('of 100 megapixels are E_IMAGE_TOO_LARGE from the header alone', async () => {
    const before = performance.now();
    expectProblem(await post(url, await hugePng(), 'image/png'), 'E_IMAGE_TOO_LARGE');
    expectProblem(await post(url, await hugeJpeg(), 'image/jpeg'), 'E_IMAGE_TOO_LARGE');
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('are named in the sentence when they came as a file', async () => {
    const { body } = await post(url, form([['my cat.jpg', Buffer.from('no picture at all')]]));
    expect(body.detail).toMatch(/^my cat\.jpg is not a picture/);
  });
});

describe('bodies over the limit', () => {
  it('are refused by their Content-Length, before they are sent', async () => {
    expectProblem(await post(url, new Uint8Array(50 * MIB), 'image/jpeg'), 'E_BODY_TOO_LARGE');
    const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: ${1024 * MIB}\r\n\r\n`;
    expect(await rawExchange(url, [head])).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('are refused while they arrive when they are chunked', async () => {
    expectProblem(await post(url, stream(new Uint8Array(64 * 1024), 64), 'image/jpeg'), 'E_BODY_TOO_LARGE');
    expectProblem(
      await post(url, stream(Buffer.alloc(64 * 1024, '"'), 64), 'application/json'),
      'E_BODY_TOO_LARGE',
    );
  });

  it('are refused when they are multipart files, one or several together, chunked or not', async () => {
    expectProblem(await post(url, form([['a', new Uint8Array(3 * MIB)]])), 'E_BODY_TOO_LARGE');
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
    const part = Buffer.concat([Buffer.from(head), Buffer.alloc(MIB), Buffer.from('\r\n')]);
    expectProblem(await post(url, stream(part, 3), 'multipart/form-data; boundary=b'), 'E_BODY_TOO_LARGE');
  });

  it('at the limit pass', async () => {
    const padded = Buffer.concat([photo, Buffer.alloc(2 * MIB - photo.length)]);
    expect((await post(url, padded, 'image/jpeg')).status).toBe(200);
    expectProblem(
      await post(url, Buffer.concat([padded, Buffer.alloc(1)]), 'image/jpeg'),
      'E_BODY_TOO_LARGE',
    );
  });
});

describe('multipart bodies', () => {
  const type = 'multipart/form-data; boundary=b';
  const part = (name: string): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.jpg"\r\n\r\nabc`;

  it.each([
    ['without a boundary', 'abc', 'multipart/form-data'],
    ['without any framing', 'garbage', type],
    ['that are empty', '', type],
    ['cut short inside a file', part('file'), type],
    ['cut short inside the headers', '--b\r\nContent-Disposition: form-da', type],
    ['without a file', '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n', type],
    ['with a file in another field', `${part('photo')}\r\n--b--\r\n`, type],
    ['with a reserved field name', `${part('__proto__')}\r\n--b--\r\n`, type],
  ])('%s are E_BODY_INVALID', async (_what, body, contentType) => {
    expectProblem(await post(url, body, contentType), 'E_BODY_INVALID');
  });

  it('with more files than allowed are E_BODY_INVALID', async () => {
    const files = Array.from({ length: 4 }, (_, i) => [`${i}.jpg`, photo] as const);
    expectProblem(await post(url, form(files)), 'E_BODY_INVALID');
    expect((await post(url, form(files.slice(1)))).status).toBe(200);
  });
});

describe('JSON bodies', () => {
  it.each([
    ['that are no JSON', '{'],
    ['that are empty', ''],
    ['that are no object', '3'],
    ['null', 'null'],
    ['without a picture', '{}'],
    ['with both keys', '{"image":"","images":[]}'],
    ['with an unknown key', '{"image":"","url":"http://localhost"}'],
    ['with a reserved key', '{"image":"AAAA","__proto__":{"x":1}}'],
    ['with an empty list', '{"images":[]}'],
    ['with a list of too many', '{"images":["","","",""]}'],
    ['with a number for a picture', '{"image":1}'],
    ['with bad base64', '{"image":"ab$d"}'],
    ['with base64 of the URL alphabet', '{"image":"ab-_"}'],
    ['with base64 without its padding', '{"image":"abc"}'],
    ['with white space in base64', '{"image":"ab cd==="}'],
    ['with a data: URI that is not base64', '{"image":"data:text/plain,hello"}'],
  ])('%s are E_BODY_INVALID', async (_what, body) => {
    expectProblem(await post(url, body, 'application/json'), 'E_BODY_INVALID');
  });

  it('that are not UTF-8 are E_BODY_INVALID', async () => {
    const body = Buffer.from('{"image":"\xff"}', 'latin1');
    expectProblem(await post(url, body, 'application/json'), 'E_BODY_INVALID');
  });
});

describe('requests', () => {
  it('of another media type, of none or compressed are E_MEDIA_TYPE', async () => {
    expectProblem(await post(url, 'x', 'text/plain'), 'E_MEDIA_TYPE');
    expectProblem(await post(url, 'x', 'nonsense'), 'E_MEDIA_TYPE');
    expectProblem(await post(url, photo), 'E_MEDIA_TYPE');
    const zipped = { headers: { 'content-encoding': 'gzip' } };
    expectProblem(await post(url, photo, 'image/jpeg', zipped), 'E_MEDIA_TYPE');
  });

  it('to unknown routes, by wrong methods or with broken paths are E_ROUTE_NOT_FOUND', async () => {
    expectProblem(await get(`${server.url}/nope?token=secret`), 'E_ROUTE_NOT_FOUND');
    expectProblem(await get(url), 'E_ROUTE_NOT_FOUND');
    expectProblem(await post(`${server.url}/healthz`, photo, 'image/jpeg'), 'E_ROUTE_NOT_FOUND');
    expectProblem(await post(`${server.url}/nope`, '{', 'application/json'), 'E_ROUTE_NOT_FOUND');
    expectProblem(await get(`${server.url}/%zz`), 'E_ROUTE_NOT_FOUND');
    expect((await get(`${server.url}/nope?token=secret`)).body.detail).not.toContain('secret');
  });

  it.each(['0', '-1', '1.5', 'abc', '', '1001', '2&topK=3'])(
    'with topK=%s are E_ARG_INVALID',
    async (topK) => {
      expectProblem(await post(`${url}?topK=${topK}`, photo, 'image/jpeg'), 'E_ARG_INVALID');
    },
  );

  it('with probabilities=maybe are E_ARG_INVALID', async () => {
    expectProblem(await post(`${url}?probabilities=maybe`, photo, 'image/jpeg'), 'E_ARG_INVALID');
  });
});

describe('the bare socket', () => {
  const codeOf = (text: string): string | undefined => /"code":"(E_[A-Z_]+)"/.exec(text)?.[1];

  it('answers what is not HTTP with E_REQUEST_INVALID', async () => {
    const text = await rawExchange(url, ['\x16\x03\x01 hello\r\n\r\n']);
    expect(text).toMatch(/^HTTP\/1\.1 400 .*\r\nContent-Type: application\/problem\+json/);
    expect(codeOf(text)).toBe('E_REQUEST_INVALID');
  });

  it('answers headers over their limit with E_REQUEST_INVALID', async () => {
    const text = await rawExchange(url, [
      `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(64 * 1024)}\r\n\r\n`,
    ]);
    expect(codeOf(text)).toBe('E_REQUEST_INVALID');
  });

  it('answers a broken chunk size with E_REQUEST_INVALID', async () => {
    const head =
      'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(codeOf(await rawExchange(url, [head, 'zz\r\nabc\r\n']))).toBe('E_REQUEST_INVALID');
  });

  it('gives a body that stops arriving E_REQUEST_TIMEOUT and closes', async () => {
    const head =
      'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: 1000\r\n\r\n';
    const text = await rawExchange(url, [head, 'abc']);
    expect(codeOf(text)).toBe('E_REQUEST_TIMEOUT');
  });

  it.each(['image/jpeg', 'application/json', 'multipart/form-data; boundary=b'])(
    'lets a client send its refused %s to the end and use the connection again',
    async (type) => {
      const chunk = Buffer.alloc(MIB, 0x20);
      const framing = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
      const chunks = [framing, ...Array.from({ length: 12 }, () => chunk)].flatMap((bytes) => [
        `${bytes.length.toString(16)}\r\n`,
        bytes,
        '\r\n',
      ]);
      const text = await rawExchange(
        url,
        [
          `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
          ...chunks,
          '0\r\n\r\n',
          'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n',
        ],
        1_000,
      );
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
    },
  );

  it('is cut when a client neither sends its refused body nor leaves', async () => {
    const head = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: ${3 * MIB}\r\n\r\n`;
    const before = performance.now();
    const text = await rawExchange(url, [head, 'abc'], 10_000);
    expect(codeOf(text)).toBe('E_BODY_TOO_LARGE');
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
