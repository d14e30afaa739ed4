/**
 * Fetches pictures by URL without becoming a way into the network the server stands in (OWASP: server-side request
 * forgery). Every hop is checked against the allow-list; the name is resolved once, all its addresses must be public,
 * and the connection goes to the very address that was checked, so a name that changes its mind gains nothing.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { SakerError } from '@saker/spec';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher, request } from 'undici';
import type { BodyLease } from '../../body/lease.js';
import { readBytes } from '../../body/read-bytes.js';
import { inRanges, isPublic } from '../addresses.js';
import type { UrlOptions } from '../options.js';
import { allowList } from './allow-list.js';

/** Resolves a name to all its addresses, as `dns.promises.lookup` with `all`. */
export type Resolver = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const URL_LIMIT = 2048;
const CONNECTIONS_PER_HOST = 8;
const CONNECT_TIMEOUT_MS = 5_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const TYPES = /^(?:image\/|application\/octet-stream\b|binary\/octet-stream\b)/i;

export class UrlFetcher {
  readonly #allowed: (url: URL) => boolean;
  readonly #trusted: (address: string) => boolean;
  readonly #agent: Agent;

  /**
   * @param resolve replaces the system's name resolution.
   * @throws SakerError E_ARG_INVALID for an entry of the allow-list or a network.
   */
  constructor(
    private readonly options: UrlOptions,
    private readonly resolve: Resolver = (hostname) => systemLookup(hostname, { all: true }),
  ) {
    this.#allowed = allowList(options.allow);
    this.#trusted = networks(options.privateNetworks);
    this.#agent = new Agent({
      connections: CONNECTIONS_PER_HOST,
      connect: { lookup: this.#lookup, timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });
  }

  /**
   * The bytes at a URL.
   * @param lease counts them as they arrive.
   * @throws SakerError E_URL_REFUSED, E_URL_FETCH, E_OVERLOADED.
   */
  async fetch(text: string, lease: BodyLease): Promise<Uint8Array> {
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    try {
      let url = this.#checked(text);
      for (let hop = 0; hop <= this.options.maxRedirects; hop++) {
        const answer = await request(url, {
          dispatcher: this.#agent,
          signal,
          headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'saker' },
        });
        const next = redirectOf(answer);
        if (next === null) return await this.#read(answer, lease);
        await answer.body.dump();
        url = this.#checked(next, url.href);
      }
      throw failed('it redirects too often');
    } catch (thrown) {
      throw translate(thrown, signal.aborted);
    }
  }

  /** Ends the connections that are kept open. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** Checks one hop's URL; a name's addresses are checked when it is resolved, an address written out is here. */
  #checked(text: string, base?: string): URL {
    const url = text.length <= URL_LIMIT && URL.canParse(text, base) ? new URL(text, base) : null;
    if (!url) throw refused('it is not a URL');
    if (url.username !== '' || url.password !== '') throw refused('it holds a password');
    if (!this.#allowed(url)) throw refused('its host is not on the list of allowed hosts');
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(literal)) this.#checkAddress(literal);
    return url;
  }

  #checkAddress(address: string): void {
    if (!isPublic(address) && !this.#trusted(address))
      throw refused('its host is not on the public Internet');
  }

  readonly #lookup: LookupFunction = (hostname, options, done) => {
    this.resolve(hostname).then(
      (found) => {
        try {
          for (const { address } of found) this.#checkAddress(address);
          const [first] = found;
          if (!first) throw failed('its host has no address');
          if (options.all) done(null, [...found]);
          else done(null, first.address, first.family);
        } catch (thrown) {
          done(thrown as NodeJS.ErrnoException, []);
        }
      },
      () => done(failed('its host is not known') as NodeJS.ErrnoException, []),
    );
  };

  async #read(answer: Dispatcher.ResponseData, lease: BodyLease): Promise<Uint8Array> {
    const { statusCode, headers, body } = answer;
    try {
      const encoding = headers['content-encoding'] ?? 'identity';
      if (statusCode !== 200) throw failed(`it answers with status ${statusCode}`);
      if (encoding !== 'identity') throw failed('it answers with a compressed body');
      if (!TYPES.test(String(headers['content-type'] ?? '')))
        throw failed('it answers with something else than a picture');
      return await readBytes(body as Readable, lease);
    } catch (thrown) {
      body.on('error', () => undefined).destroy();
      throw thrown;
    }
  }
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | null {
  const { location } = headers;
  return REDIRECTS.has(statusCode) && typeof location === 'string' ? location : null;
}

function networks(ranges: readonly string[]): (address: string) => boolean {
  try {
    return inRanges(ranges);
  } catch {
    throw new SakerError('E_ARG_INVALID', {
      name: 'urls.privateNetworks',
      expected: 'ranges such as 10.0.0.0/8',
      received: ranges.join(', '),
    });
  }
}

/** What a client may know: never an address, a port's state or a library's message, which would map the network. */
function translate(thrown: unknown, timedOut: boolean): SakerError {
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) {
    if (!(at instanceof SakerError)) continue;
    if (at.code === 'E_BODY_TOO_LARGE') return failed(`it is over the limit of ${at.params.limit} bytes`);
    if (at.code === 'E_URL_REFUSED' || at.code === 'E_URL_FETCH' || at.code === 'E_OVERLOADED') return at;
  }
  return timedOut ? failed('it takes too long') : failed('it does not answer');
}

function refused(detail: string): SakerError {
  return new SakerError('E_URL_REFUSED', { detail });
}

function failed(detail: string): SakerError {
  return new SakerError('E_URL_FETCH', { detail });
}
