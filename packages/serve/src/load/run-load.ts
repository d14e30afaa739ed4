/** A load generator: multipart uploads of pictures in rotation, open loop (at a rate) or closed loop (by connections). */
import { SakerError } from '@saker/spec';
import { Pool } from 'undici';
import { Histogram } from './histogram.js';

export interface LoadOptions {
  /** The server, such as http://127.0.0.1:8080, or with the path that takes uploads. */
  readonly url: string;
  readonly pictures: readonly Uint8Array[];
  readonly seconds: number;
  /** Requests per second, sent when they are due whether or not earlier ones have been answered. */
  readonly rate?: number;
  /** Without a rate: connections, each with one request at a time. With one: the most connections. */
  readonly connections?: number;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly onProgress?: (share: number, done: number) => void;
}

/** Milliseconds. */
export interface Latencies {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface LoadResult {
  readonly mode: 'open' | 'closed';
  readonly seconds: number;
  readonly requests: number;
  /** Answers by status; 0 stands for connections that failed. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly successPerSecond: number;
  /** Of answers with 2xx. In open loop from the moment that the request was due: no omission is coordinated. */
  readonly latency: Latencies;
  /** Of all other answers. */
  readonly refusalLatency: Latencies;
  /** Requests without an answer half a minute after the last was due: the generator, or the server, was that far behind. */
  readonly unanswered: number;
}

const BOUNDARY = 'saker-load-boundary';
const PATH = '/predict';
const DEFAULT_CONNECTIONS = 8;
const MOST_CONNECTIONS = 512;
/** How long answers are waited for after the last request. */
const LINGER_MS = 30_000;

/**
 * Runs the load; the first request is sent alone and must succeed.
 * @throws SakerError E_BENCH_FAILED when it does not; E_ARG_INVALID without pictures.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { pictures, seconds, rate } = options;
  if (pictures.length === 0)
    throw new SakerError('E_ARG_INVALID', { name: 'pictures', expected: 'at least one', received: 'none' });
  const { origin, pathname, search } = new URL(options.url);
  const path = (pathname === '/' ? PATH : pathname) + search;
  const bodies = pictures.map(multipart);
  const connections = options.connections ?? (rate === undefined ? DEFAULT_CONNECTIONS : MOST_CONNECTIONS);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = { ...options.headers, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  const send = async (i: number): Promise<number> => {
    const body = bodies[i % bodies.length] as Buffer;
    const reply = await pool.request({ path, method: 'POST', headers, body });
    await reply.body.dump();
    return reply.statusCode;
  };
  try {
    await checkFirst(send, options.url);
    const run = new Run(send, seconds, options.onProgress);
    await (rate === undefined ? run.closed(connections) : run.open(rate));
    return run.result(rate === undefined ? 'closed' : 'open');
  } finally {
    await pool.destroy();
  }
}

async function checkFirst(send: (i: number) => Promise<number>, url: string): Promise<void> {
  const status = await send(0).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new SakerError('E_BENCH_FAILED', { url, detail: code ?? message }, { cause });
  });
  if (status < 200 || status > 299)
    throw new SakerError('E_BENCH_FAILED', { url, detail: `the first request was answered ${status}` });
}

class Run {
  readonly #good = new Histogram();
  readonly #other = new Histogram();
  readonly #statuses = new Map<number, number>();
  readonly #started = performance.now();
  readonly #end: number;
  #sent = 0;
  #lastAnswer = this.#started;

  constructor(
    private readonly send: (i: number) => Promise<number>,
    seconds: number,
    private readonly onProgress: LoadOptions['onProgress'],
  ) {
    this.#end = this.#started + seconds * 1000;
  }

  async closed(connections: number): Promise<void> {
    const one = async (): Promise<void> => {
      while (performance.now() < this.#end) await this.#request(performance.now());
    };
    await Promise.all(Array.from({ length: connections }, one));
  }

  async open(rate: number): Promise<void> {
    const pending = new Set<Promise<void>>();
    for (;;) {
      const due = this.#started + (this.#sent * 1000) / rate;
      if (due >= this.#end) break;
      const wait = due - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      else if (this.#sent % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
      // Timers are good to a millisecond: one that is sent early counts from then.
      const request = this.#request(Math.min(due, performance.now()));
      pending.add(request);
      void request.finally(() => pending.delete(request));
    }
    const late = new Promise<void>((resolve) => setTimeout(resolve, LINGER_MS).unref());
    await Promise.race([Promise.all(pending), late]);
  }

  result(mode: LoadResult['mode']): LoadResult {
    const seconds = (Math.max(this.#lastAnswer, this.#end) - this.#started) / 1000;
    return {
      mode,
      seconds,
      requests: this.#sent,
      statuses: Object.fromEntries([...this.#statuses].sort(([a], [b]) => a - b)),
      successPerSecond: this.#good.count / seconds,
      latency: latencies(this.#good),
      refusalLatency: latencies(this.#other),
      unanswered: this.#sent - this.#good.count - this.#other.count,
    };
  }

  /** @param since the moment that its latency counts from. */
  async #request(since: number): Promise<void> {
    const i = this.#sent++;
    const status = await this.send(i).catch(() => 0);
    const now = performance.now();
    this.#lastAnswer = now;
    (status >= 200 && status < 300 ? this.#good : this.#other).add(now - since);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    const share = (now - this.#started) / (this.#end - this.#started);
    if (i % 20 === 0) this.onProgress?.(Math.min(1, share), i);
  }
}

function latencies(histogram: Histogram): Latencies {
  const { mean, max } = histogram;
  const at = (share: number): number => histogram.quantile(share);
  return { mean, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max };
}

function multipart(picture: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n`),
    Buffer.from('Content-Type: application/octet-stream\r\n\r\n'),
    picture,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}
