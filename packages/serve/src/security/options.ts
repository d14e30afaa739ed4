/** SecurityOptions: who may ask, how often, over what, and what the server fetches for them. */
import { z } from 'zod';

const count = z.number().int().min(1);
const text = z.string().min(1);

/** Algorithms of RFC 7518 and 8037 with a public key. Shared-secret ones and "none" are not to be had. */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const jwtSchema = z.strictObject({
  /** Path of a JWKS file, or the https URL of one. Keys named by a token (jku, x5u, jwk) are never used. */
  jwks: text,
  /** Required `iss`. */
  issuer: text,
  /** Required `aud`. */
  audience: text,
  algorithms: z.array(z.enum(JWT_ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  /** Seconds by which clocks may differ. */
  clockToleranceS: z.number().int().min(0).max(300).default(5),
});

const rateLimitSchema = z.strictObject({
  /** Requests in a window, for each key, token subject or address (an IPv6 /64 counts as one). */
  max: count,
  windowMs: count.max(86_400_000).default(10_000),
});

const urlsSchema = z.strictObject({
  /** Hosts that pictures may be fetched from: `host`, `*.host`, `https://host:port`, `http://host`. */
  allow: z.array(text).min(1),
  /** Milliseconds for the whole fetch, redirects included. */
  timeoutMs: count.max(120_000).default(10_000),
  maxRedirects: z.number().int().min(0).max(10).default(3),
  /** CIDR ranges of this network that may be fetched from although they are not public. Default: none. */
  privateNetworks: z.array(text).default([]),
});

const tlsSchema = z.strictObject({
  /** PEM file with the certificate and its chain. */
  cert: text,
  /** PEM file with the private key. */
  key: text,
});

export const securitySchema = z.strictObject({
  /** Keys file of `saker keys`. Given, every route but the health probes asks for a key. */
  apiKeys: text.optional(),
  /** Accept JSON Web Tokens. Given, every route but the health probes asks for one (or for a key). */
  jwt: jwtSchema.optional(),
  /**
   * Default: 2000 in 10 s for everybody who is not on this machine. `false` switches it off; limits given here hold for
   * callers on this machine too.
   */
  rateLimit: z.union([rateLimitSchema, z.literal(false)]).optional(),
  /** Origins whose pages may read answers in a browser, such as https://app.example. Default: none. */
  corsOrigins: z.array(z.url()).default([]),
  /** Fetch pictures by URL. Default: never. */
  urls: urlsSchema.optional(),
  tls: tlsSchema.optional(),
  /** Take the client's address from X-Forwarded-For; only behind a proxy that sets it. */
  trustProxy: z.boolean().default(false),
});

/** Protection as a caller gives it; all has defaults. */
export type SecurityOptions = z.input<typeof securitySchema>;
/** With the defaults filled in. */
export type ResolvedSecurity = z.output<typeof securitySchema>;
export type JwtOptions = z.output<typeof jwtSchema>;
export type UrlOptions = z.output<typeof urlsSchema>;
export type TlsFiles = z.output<typeof tlsSchema>;
