/** Flags of `saker serve` about protection. */
import type { SecurityOptions } from '@saker/serve';
import { SakerError } from '@saker/spec';
import { integer, text } from '../../../flags/parse.js';

export interface SecurityFlags {
  readonly apiKeys?: string;
  readonly jwks?: string;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly rateLimit?: number;
  readonly corsOrigin?: readonly string[];
  readonly allowUrlHost?: readonly string[];
  readonly trustProxy?: boolean;
}

const optional = (flag: string, brief: string, placeholder: string, expected: string) =>
  ({ kind: 'parsed', brief, placeholder, parse: text(flag, expected), optional: true }) as const;

export const securityFlags = {
  apiKeys: optional('--api-keys', 'Ask for a key of this file; saker keys create makes it', 'FILE', 'a path'),
  jwks: optional(
    '--jwks',
    'Accept JSON Web Tokens signed by these keys: a file or an https URL',
    'JWKS',
    'a path or URL',
  ),
  jwtIssuer: optional('--jwt-issuer', 'The iss that a token must have', 'ISSUER', 'an issuer'),
  jwtAudience: optional('--jwt-audience', 'The aud that a token must have', 'AUDIENCE', 'an audience'),
  tlsCert: optional('--tls-cert', 'Serve TLS with this PEM certificate chain', 'FILE', 'a path'),
  tlsKey: optional('--tls-key', 'PEM private key of the certificate', 'FILE', 'a path'),
  rateLimit: {
    kind: 'parsed',
    brief:
      'Requests in 10 s for each key or address; 0 for no limit; default 2000, callers on this machine exempt',
    placeholder: 'N',
    parse: integer('--rate-limit', { min: 0, max: 1_000_000_000 }),
    optional: true,
  },
  corsOrigin: {
    ...optional(
      '--cors-origin',
      'Origin whose pages may read answers; may be given again',
      'ORIGIN',
      'an origin',
    ),
    variadic: true,
  },
  allowUrlHost: {
    ...optional(
      '--allow-url-host',
      'Host that pictures may be fetched from (host, *.host); may be given again; default none',
      'HOST',
      'a host',
    ),
    variadic: true,
  },
  trustProxy: {
    kind: 'boolean',
    brief: 'Take client addresses from X-Forwarded-For; only behind a proxy that sets it',
    optional: true,
    withNegated: false,
  },
} as const;

const RATE_WINDOW_MS = 10_000;

/**
 * What the server takes for these flags.
 * @throws SakerError E_USAGE for flags that need each other.
 */
export function securityOptions(flags: SecurityFlags): SecurityOptions {
  const { apiKeys, rateLimit, corsOrigin, allowUrlHost, trustProxy } = flags;
  const jwt = together({ jwks: flags.jwks, issuer: flags.jwtIssuer, audience: flags.jwtAudience }, [
    '--jwks',
    '--jwt-issuer',
    '--jwt-audience',
  ]);
  const tls = together({ cert: flags.tlsCert, key: flags.tlsKey }, ['--tls-cert', '--tls-key']);
  return {
    ...(apiKeys !== undefined ? { apiKeys } : {}),
    ...(jwt ? { jwt } : {}),
    ...(tls ? { tls } : {}),
    ...(rateLimit !== undefined
      ? { rateLimit: rateLimit === 0 ? false : { max: rateLimit, windowMs: RATE_WINDOW_MS } }
      : {}),
    ...(corsOrigin?.length ? { corsOrigins: [...corsOrigin] } : {}),
    ...(allowUrlHost?.length ? { urls: { allow: [...allowUrlHost] } } : {}),
    ...(trustProxy ? { trustProxy } : {}),
  };
}

/** The object when all its values are given, null when none is. */
function together<T extends Record<string, string | undefined>>(
  values: T,
  names: readonly string[],
): { readonly [K in keyof T]: string } | null {
  const given = Object.values(values).filter((value) => value !== undefined).length;
  if (given === 0) return null;
  if (given === names.length) return values as { readonly [K in keyof T]: string };
  throw new SakerError('E_USAGE', { detail: `The flags ${names.join(', ')} go together.` });
}
