/** JSON Web Tokens (RFC 7519) signed by a key of a JWKS (RFC 7517). */
import { readFileSync } from 'node:fs';
import { SakerError } from '@saker/spec';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Identity } from './identity.js';
import type { JwtOptions } from './options.js';
import { isScope, type Scope } from './scopes.js';

const FETCH_TIMEOUT_MS = 5_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export class JwtVerifier {
  #keys: JWTVerifyGetKey;

  /** @throws SakerError E_ARG_INVALID for the JWKS, E_FILE_NOT_FOUND. */
  constructor(private readonly options: JwtOptions) {
    this.#keys = keysOf(options.jwks);
  }

  /** Path of the JWKS, or null when it is a URL (which is fetched again when a token names an unknown key). */
  get file(): string | null {
    return isUrl(this.options.jwks) ? null : this.options.jwks;
  }

  /** Reads a JWKS file again; a broken one leaves the keys as they are. @throws SakerError as the constructor. */
  reload(): void {
    this.#keys = keysOf(this.options.jwks);
  }

  /** @throws SakerError E_UNAUTHENTICATED; E_AUTH_UNAVAILABLE when the keys cannot be fetched. */
  async verify(token: string): Promise<Identity> {
    const { issuer, audience, algorithms, clockToleranceS: clockTolerance } = this.options;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms,
        clockTolerance,
        requiredClaims: ['exp'],
      });
      return { kind: 'jwt', id: subjectOf(payload), scopes: scopesOf(payload) };
    } catch (thrown) {
      throw refusal(thrown);
    }
  }
}

function keysOf(jwks: string): JWTVerifyGetKey {
  const bad = (expected: string): SakerError =>
    new SakerError('E_ARG_INVALID', { name: 'jwks', expected, received: jwks });
  if (isUrl(jwks)) {
    const url = new URL(jwks);
    if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname)) throw bad('an https URL');
    return createRemoteJWKSet(url, { timeoutDuration: FETCH_TIMEOUT_MS });
  }
  let text: string;
  try {
    text = readFileSync(jwks, 'utf8');
  } catch (cause) {
    throw new SakerError('E_FILE_NOT_FOUND', { file: jwks }, { cause });
  }
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch {
    throw bad('a file with a JSON Web Key Set');
  }
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function subjectOf({ sub, client_id: client }: JWTPayload): string {
  if (typeof sub === 'string' && sub !== '') return sub;
  return typeof client === 'string' && client !== '' ? client : 'unnamed';
}

/** From `scope` (RFC 8693: words) or `scp` (a list); names may carry the prefix `saker:`. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<Scope> {
  const listed = Array.isArray(scp) ? scp : typeof scp === 'string' ? scp.split(' ') : [];
  const words = [...(typeof scope === 'string' ? scope.split(' ') : []), ...listed];
  return new Set(words.map((word) => String(word).replace(/^saker:/, '')).filter(isScope));
}

function refusal(thrown: unknown): SakerError {
  const refuse = (detail: string): SakerError =>
    new SakerError('E_UNAUTHENTICATED', { detail }, { cause: thrown });
  if (thrown instanceof errors.JWTExpired) return refuse('the token has expired');
  if (thrown instanceof errors.JWTClaimValidationFailed)
    return refuse(`the token's claim "${thrown.claim}" is missing or another than expected`);
  if (thrown instanceof errors.JWKSTimeout || thrown instanceof TypeError)
    return new SakerError('E_AUTH_UNAVAILABLE', { detail: 'the key set does not answer' }, { cause: thrown });
  if (thrown instanceof errors.JOSEError) {
    // Thrown for a key set that answers with an error, or with something else than keys.
    if (thrown.code === 'ERR_JOSE_GENERIC')
      return new SakerError(
        'E_AUTH_UNAVAILABLE',
        { detail: 'the key set cannot be read' },
        { cause: thrown },
      );
    return refuse('the token is not valid');
  }
  return refuse('the token is not valid');
}
