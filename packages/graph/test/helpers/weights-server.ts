/** An HTTP server of one file that keeps RFC 9110's rules for ranges, and breaks them where a test says so. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export class WeightsServer {
  /** Headers of every request. */
  readonly requests: { url: string; range: string | undefined; authorization: string | undefined }[] = [];
  etag = '"v1"';
  /** What the next requests get in place of an answer, in order. */
  readonly trouble: Handler[] = [];
  #server = createServer((request, response) => this.#serve(request, response));

  constructor(public bytes: Uint8Array) {}

  url = '';

  get sha256(): string {
    return createHash('sha256').update(this.bytes).digest('hex');
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { range, authorization } = request.headers;
    this.requests.push({ url: request.url ?? '', range, authorization });
    const trouble = this.trouble.shift();
    if (trouble) trouble(request, response);
    else this.answer(request, response);
  }

  /** The right answer; `until` bytes of it, after which the connection is cut. */
  answer(request: IncomingMessage, response: ServerResponse, until = Number.POSITIVE_INFINITY): void {
    const { bytes, etag } = this;
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const valid = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
    const start = asked !== undefined && valid ? Number(asked) : 0;
    const headers = { etag, 'content-type': 'application/octet-stream' };
    if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const part = bytes.subarray(start);
    const length = { 'content-length': part.length };
    if (start > 0) {
      const place = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
      response.writeHead(206, { ...headers, ...length, ...place });
    } else response.writeHead(200, { ...headers, ...length });
    if (part.length <= until) response.end(part);
    else response.write(part.subarray(0, until), () => setTimeout(() => response.destroy(), 20));
  }
}
