/** A file over HTTP that may break off: goes on where it stopped, and never mixes two versions. */
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SakerError, writeFailed } from '@saker/spec';
import { readJson, sizeOf } from './files.js';
import { type Answer, RequestFailed, request, shaOf } from './request.js';

export interface TransferOptions {
  /** Name of the weights, for errors. */
  readonly name: string;
  readonly token: string | undefined;
  readonly maxBytes: number;
  /** Silence after which a connection counts as broken. */
  readonly stallMs: number;
  /** First pause before another attempt; doubles. */
  readonly retryMs: number;
  readonly signal: AbortSignal | undefined;
  /** Bytes that are on disk and bytes of the whole file, null while unknown. */
  readonly onProgress: (done: number, total: number | null) => void;
}

/** What a server said of the file: SHA-256 where it tells, and its address and ETag. */
export interface Transferred {
  readonly sha256: string | null;
  readonly etag: string | null;
}

const ATTEMPTS = 5;
/** An attempt that brought so much does not count. */
const PROGRESS = 2 ** 20;
const MAX_PAUSE_MS = 30_000;

const invalid = (url: string, name: string, detail: string): SakerError =>
  new SakerError('E_HUB_CONTENT', { url, name, detail });

/** Seconds of Retry-After as milliseconds. */
function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(MAX_PAUSE_MS, Math.max(0, seconds * 1000)) : 0;
}

/** Content-Range (RFC 9110, 14.4): where the part begins and the size of the whole; NaN where it does not tell. */
function contentRange({ headers }: Response): { from: number; whole: number } {
  const [, from, whole] =
    /^bytes (\d+|\*)(?:-\d+)?\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  return { from: Number(from), whole: Number(whole) };
}

/** Bytes of the whole file; null while unknown. */
function wholeSize({ response, linkedSize }: Answer): number | null {
  const length = response.headers.get('content-length');
  const told = response.status === 200 && length !== null ? Number(length) : contentRange(response).whole;
  return Number.isSafeInteger(told) ? told : response.status === 200 ? linkedSize : null;
}

class Transfer {
  readonly #meta: string;
  #pauseMs = 0;

  constructor(
    readonly url: string,
    readonly part: string,
    readonly options: TransferOptions,
  ) {
    this.#meta = `${part}.json`;
  }

  /** One attempt; what arrived stays in the part file. */
  async attempt(): Promise<Transferred> {
    const { name, token, stallMs, signal } = this.options;
    const have = (await sizeOf(this.part)) ?? 0;
    const saved = have > 0 ? await readJson(this.#meta) : null;
    // Without a strong validator of the same address the server cannot say whether the rest belongs to what is here.
    const tag = saved?.url === this.url && typeof saved.etag === 'string' ? saved.etag : null;
    const headers: Record<string, string> = {};
    if (tag !== null) Object.assign(headers, { range: `bytes=${have}-`, 'if-range': tag });
    const stalled = new AbortController();
    let timer = setTimeout(() => stalled.abort(), stallMs);
    const beat = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), stallMs);
    };
    const both = AbortSignal.any(signal ? [signal, stalled.signal] : [stalled.signal]);
    try {
      const answer = await request(this.url, headers, token, both);
      const { response } = answer;
      const start = await this.#start(answer, tag === null ? 0 : have);
      const whole = wholeSize(answer);
      if (answer.linkedSize !== null && whole !== null && whole !== answer.linkedSize)
        throw invalid(answer.url, name, `${whole} bytes are offered, but the hub lists ${answer.linkedSize}`);
      const etag = response.headers.get('etag');
      if (response.status !== 416) await this.#receive(answer, start, whole, etag, beat);
      const size = (await sizeOf(this.part)) ?? 0;
      if (whole !== null && size < whole) throw new RequestFailed(`${size} of ${whole} bytes came`, false);
      return { sha256: answer.linkedSha256 ?? shaOf(etag), etag };
    } catch (thrown) {
      if (signal?.aborted) throw new SakerError('E_CANCELLED', { what: `The download of ${name}` });
      if (stalled.signal.aborted) throw new RequestFailed(`nothing came for ${stallMs / 1000} s`, false);
      if (thrown instanceof SakerError || thrown instanceof RequestFailed) throw thrown;
      const { message, cause } = thrown as Error & { cause?: Error };
      throw new RequestFailed(`the connection broke off (${cause?.message ?? message})`, false);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Where the body of an answer belongs in the file. */
  async #start({ response, url }: Answer, have: number): Promise<number> {
    const { status } = response;
    const { name } = this.options;
    const type = response.headers.get('content-type') ?? '';
    if (status === 206 || status === 416) {
      const { from, whole } = contentRange(response);
      if (have > 0 && (status === 206 ? from : whole) === have) return have;
      // What is here does not fit what is there: from the beginning.
      await response.body?.cancel();
      await rm(this.part, { force: true });
      throw new RequestFailed(`the server sent another part than the one asked for (HTTP ${status})`, false);
    }
    if (status === 200) {
      if (/^text\/html|^application\/xhtml/.test(type)) {
        await response.body?.cancel();
        throw invalid(url, name, 'it is a web page');
      }
      const encoding = response.headers.get('content-encoding');
      if (encoding && encoding !== 'identity') {
        await response.body?.cancel();
        throw invalid(url, name, `it is encoded as ${encoding}`);
      }
      return 0;
    }
    await response.body?.cancel();
    if (status === 404 || status === 410 || status === 401 || status === 403)
      throw new SakerError('E_HUB_NOT_FOUND', { url: this.url, status });
    this.#pauseMs = retryAfter(response);
    const detail = `HTTP ${status}`;
    if (status === 429 || status >= 500) throw new RequestFailed(detail, false, status);
    throw new SakerError('E_HUB_STATUS', { url: this.url, name, detail });
  }

  async #receive(
    { response, url }: Answer,
    start: number,
    whole: number | null,
    etag: string | null,
    beat: () => void,
  ): Promise<void> {
    const { name, maxBytes, onProgress } = this.options;
    const tooLarge = (bytes: number): SakerError =>
      invalid(url, name, `it has ${bytes} bytes or more, and ${maxBytes} are allowed`);
    if (whole !== null && whole > maxBytes) {
      await response.body?.cancel();
      throw tooLarge(whole);
    }
    let file: FileHandle | undefined;
    try {
      file = await open(this.part, start > 0 ? 'r+' : 'w');
      if (start === 0) {
        const strong = etag !== null && !etag.startsWith('W/') ? etag : null;
        await writeFile(this.#meta, JSON.stringify({ url: this.url, etag: strong }));
      }
      let at = start;
      for await (const chunk of response.body ?? []) {
        beat();
        await file.write(chunk, 0, chunk.length, at);
        at += chunk.length;
        if (at > maxBytes) throw tooLarge(at);
        if (whole !== null && at > whole)
          throw invalid(url, name, `more than the ${whole} bytes announced came`);
        onProgress(at, whole);
      }
      await file.sync();
    } catch (cause) {
      if (typeof (cause as NodeJS.ErrnoException).syscall === 'string' && (cause as Error).name === 'Error')
        throw writeFailed(this.part, cause);
      throw cause;
    } finally {
      await file?.close();
    }
  }

  async run(): Promise<Transferred> {
    const { name, retryMs, signal } = this.options;
    let have = (await sizeOf(this.part)) ?? 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt();
      } catch (thrown) {
        if (!(thrown instanceof RequestFailed)) throw thrown;
        const now = (await sizeOf(this.part)) ?? 0;
        if (now - have >= PROGRESS) attempt = 1;
        have = now;
        if (thrown.permanent || attempt >= ATTEMPTS) throw thrown;
        await sleep(
          Math.max(this.#pauseMs, Math.min(MAX_PAUSE_MS, retryMs * 2 ** (attempt - 1))),
          undefined,
          {
            ...(signal ? { signal } : {}),
          },
        ).catch(() => {
          throw new SakerError('E_CANCELLED', { what: `The download of ${name}` });
        });
        this.#pauseMs = 0;
      }
    }
  }
}

/**
 * Fetches `url` into `part`, which may hold the beginning from an earlier try: a Range request with If-Range asks for the
 * rest (RFC 9110, 13.1.5), so a file that changed meanwhile is fetched anew. Broken connections, 429 and 5xx are tried
 * five times with growing pauses, more often while bytes arrive.
 * @throws RequestFailed when it does not come; SakerError E_HUB_NOT_FOUND, E_HUB_STATUS, E_HUB_CONTENT, E_DISK_FULL,
 * E_FILE_WRITE, E_CANCELLED.
 */
export function transfer(url: string, part: string, options: TransferOptions): Promise<Transferred> {
  return new Transfer(url, part, options).run();
}
