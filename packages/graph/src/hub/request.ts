/** One GET over redirects that never leave https. */
import { isSafeUrl } from './settings.js';

/** Why the file did not come: `permanent` when asking again cannot help. */
export class RequestFailed extends Error {
  /** @param status HTTP status of an answer that refused; null when no answer came. */
  constructor(
    message: string,
    readonly permanent: boolean,
    readonly status: number | null = null,
  ) {
    super(message);
  }
}

export interface Answer {
  readonly response: Response;
  /** Address that answered, after redirects. */
  readonly url: string;
  /** What the hub itself says of a file that another host sends: its SHA-256 and its size (x-linked-etag, x-linked-size). */
  readonly linkedSha256: string | null;
  readonly linkedSize: number | null;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 10;
/** Causes that stay as they are for the next seconds. */
const PERMANENT = /ENOTFOUND|CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|EPROTO|ERR_SSL/;

/** The strong or weak ETag without its quotes. */
export const bareTag = (tag: string | null): string => (tag ?? '').replace(/^W\//, '').replace(/^"|"$/g, '');

/** A SHA-256 in an ETag, as hubs give for large files. */
export function shaOf(tag: string | null): string | null {
  const bare = bareTag(tag).toLowerCase();
  return /^[0-9a-f]{64}$/.test(bare) ? bare : null;
}

function reason(thrown: unknown): RequestFailed {
  const { message, cause } = thrown as Error & { cause?: Error & { code?: string } };
  const code = cause?.code ?? '';
  const detail = [cause?.message || message, cause?.message?.includes(code) ? '' : code]
    .filter(Boolean)
    .join(' ');
  return new RequestFailed(detail, PERMANENT.test(code));
}

/**
 * GETs `from`. The token goes to its origin only; redirects to http are refused, except on this machine.
 * @throws RequestFailed when no answer came.
 */
export async function request(
  from: string,
  headers: Readonly<Record<string, string>>,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const { origin } = new URL(from);
  let url = new URL(from);
  let linkedSha256: string | null = null;
  let linkedSize: number | null = null;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const own: Record<string, string> =
      url.origin === origin && token ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(url, {
      headers: { ...headers, ...own, 'accept-encoding': 'identity', 'user-agent': 'saker' },
      redirect: 'manual',
      signal,
    }).catch((thrown: unknown) => {
      throw reason(thrown);
    });
    if (url.origin === origin) {
      linkedSha256 ??= shaOf(response.headers.get('x-linked-etag'));
      const size = Number(response.headers.get('x-linked-size') ?? Number.NaN);
      if (Number.isSafeInteger(size)) linkedSize ??= size;
    }
    if (!REDIRECTS.has(response.status)) return { response, url: url.href, linkedSha256, linkedSize };
    await response.body?.cancel();
    const location = response.headers.get('location') ?? '';
    if (!URL.canParse(location, url.href))
      throw new RequestFailed(`a redirect of ${url.href} leads nowhere`, true);
    const next = new URL(location, url);
    if (!isSafeUrl(next) || (url.protocol === 'https:' && next.protocol !== 'https:'))
      throw new RequestFailed(`${url.href} redirects to ${next.href}, which is not https`, true);
    url = next;
  }
  throw new RequestFailed(`${from} redirects more than ${MAX_REDIRECTS} times`, true);
}
