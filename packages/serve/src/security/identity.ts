import type { Scope } from './scopes.js';

/** Who is asking. */
export interface Identity {
  /** How it was established; `anonymous` where the server asks for no authentication. */
  readonly kind: 'key' | 'jwt' | 'anonymous';
  /** Id of the key, subject of the token, or the address. Names the caller in logs and counts its requests. */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** What a request brings along, from HTTP headers or from gRPC metadata. */
export interface Credentials {
  /** The Authorization header. */
  readonly authorization?: string;
  /** The X-API-Key header. */
  readonly apiKey?: string;
  /** The peer's IP address. */
  readonly address: string;
}
