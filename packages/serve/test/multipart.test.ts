import { type RunningServer, startServer } from '@saker/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, type Reply } from './support/client.js';
import { fastModel, temporaryFolder } from './support/models.js';
import { jpeg } from './support/pictures.js';
import { expectProblem } from './support/problem.js';

const model = fastModel(temporaryFolder());
const TYPE = 'multipart/form-data; boundary=some-boundary';
const END = '--some-boundary--';
let server: RunningServer;
let photo: Buffer;
let plain: Reply;

beforeAll(async () => {
  photo = await jpeg();
  server = await startServer({ model, port: 0, workers: 1, maxPictures: 2 });
  plain = await send(whole());
});
afterAll(() => server.close());

function part(head: string, content: Uint8Array | string): Buffer {
  return Buffer.concat([Buffer.from(`--some-boundary\r\n${head}\r\n\r\n`), Buffer.from(content), CRLF]);
}

const CRLF = Buffer.from('\r\n');
const file = (name: string): string => `Content-Disposition: form-data; name="file"; ${name}`;

function whole(head = file('filename="a.jpg"'), content: Uint8Array | string = photo): Buffer {
  return Buffer.concat([part(head, content), Buffer.from(END), CRLF]);
}

/** Each piece is a chunk of its own, which is how the server's parser gets it. */
function send(...pieces: readonly Uint8Array[]): Promise<Reply> {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
  });
  return post(`${server.url}/predict?probabilities=true`, body, TYPE);
}

function inPiecesOf(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

function expectSame(reply: Reply): void {
  expect(reply.status).toBe(200);
  expect(reply.body.probabilities).toEqual(plain.body.probabilities);
}

describe('a form', () => {
  it.each([1, 2, 7, 13, 64])('arrives in pieces of %i bytes', async (size) => {
    expectSame(await send(...inPiecesOf(whole(), size)));
  });

  it('may begin with a line end, and go on after its last boundary', async () => {
    expectSame(await send(Buffer.concat([CRLF, whole()])));
    expectSame(await send(whole().subarray(0, -2), CRLF, Buffer.from('what follows says nothing')));
  });

  it('may have text fields, also an empty one, before and after the picture', async () => {
    const text = part('Content-Disposition: form-data; name="note"', 'hello');
    const empty = part('Content-Disposition: form-data; name="none"', '');
    const picture = part(file('filename="a.jpg"'), photo);
    expectSame(await send(text, empty, picture, text, Buffer.from(END)));
  });

  it('has a picture without a name where the part is an octet stream', async () => {
    const head = 'Content-Disposition: form-data; name="file"\r\nContent-Type: application/octet-stream';
    expectSame(await send(whole(head)));
  });

  it('may hold what looks like a boundary', async () => {
    const almost = '\r\n--some-boundar\r\n--some\r\n----some-boundary';
    const reply = await send(...inPiecesOf(whole(file('filename="a.jpg"'), almost), 3));
    expectProblem(reply, 'E_IMAGE_FORMAT');
    expectProblem(await send(whole(file('filename="a.jpg"'), '')), 'E_IMAGE_EMPTY');
  });

  it.each([
    ['filename="鳥 \\"1\\".jpg"', '鳥 "1".jpg'],
    ["filename*=UTF-8''%E9%B3%A5.jpg", '鳥.jpg'],
    ["filename*=no-charset''%E9.jpg", "no-charset''%E9.jpg"],
    [`filename="${'a'.repeat(500)}"`, `${'a'.repeat(200)}...`],
  ])('names its picture by %s', async (given, name) => {
    const reply = await send(whole(file(given), 'no picture'));
    expectProblem(reply, 'E_IMAGE_FORMAT');
    expect(reply.body.detail).toContain(name);
  });
});

describe('a form is refused', () => {
  const invalid = async (reply: Reply | Promise<Reply>, because: string): Promise<void> => {
    const answered = await reply;
    expectProblem(answered, 'E_BODY_INVALID');
    expect(answered.body.detail).toContain(because);
  };

  it('when its boundary is longer than 70 characters, which would make the search for it slow', async () => {
    const boundary = '-'.repeat(71);
    const body = whole().toString('latin1').replaceAll('some-boundary', boundary);
    const bytes = Buffer.from(body, 'latin1');
    const url = `${server.url}/predict`;
    await invalid(post(url, bytes, `multipart/form-data; boundary=${boundary}`), '70 characters');
    const shorter = Buffer.from(body.replaceAll(boundary, boundary.slice(1)), 'latin1');
    const reply = await post(url, shorter, `multipart/form-data; boundary="${boundary.slice(1)}"`);
    expect(reply.status).toBe(200);
  });

  it('when it has too many files or parts', async () => {
    const picture = part(file('filename="a.jpg"'), photo);
    await invalid(send(picture, picture, picture, Buffer.from(END)), 'too many files');
    const text = part('Content-Disposition: form-data; name="x"', '1');
    await invalid(send(...Array.from({ length: 19 }, () => text), Buffer.from(END)), 'too many parts');
  });

  it('when the head of a part never ends or is not UTF-8', async () => {
    await invalid(send(whole(`X: ${'x'.repeat(9_000)}`)), 'broken');
    await invalid(send(Buffer.from(whole(file('filename="é.jpg"')).toString('utf8'), 'latin1')), 'broken');
  });
});
