/** Establishes who asks. HTTP and gRPC come through the same gate. */
import { SakerError } from '@saker/spec';
import { addressGroup, isLoopback } from './addresses.js';
import type { Credentials, Identity } from './identity.js';
import type { JwtVerifier } from './jwt.js';
import { KeyRing } from './keys/ring.js';
import { looksLikeKey } from './keys/token.js';
import type { ResolvedSecurity } from './options.js';
import { includesScope, type Scope } from './scopes.js';
import { onFileChange } from './watch-file.js';

/** Told of what happens to the files behind the gate. */
export interface GateLog {
  reloaded(file: string): void;
  /** The file could not be read again; what was read before stays in force. */
  reloadFailed(file: string, error: SakerError): void;
}

const EVERYBODY: ReadonlySet<Scope> = new Set(['predict', 'metrics']);
const THIS_MACHINE: ReadonlySet<Scope> = new Set(['predict', 'metrics', 'admin']);
const NOTHING: ReadonlySet<Scope> = new Set();
const BEARER = /^Bearer +(\S+)$/i;

export class Gate {
  readonly #ring: KeyRing | null;
  readonly #jwt: JwtVerifier | null;
  readonly #stops: (() => void)[] = [];

  private constructor(ring: KeyRing | null, jwt: JwtVerifier | null) {
    this.#ring = ring;
    this.#jwt = jwt;
  }

  /** @throws SakerError for a keys file or key set that cannot be read. */
  static async create({ apiKeys, jwt }: ResolvedSecurity, log: GateLog): Promise<Gate> {
    const ring = apiKeys === undefined ? null : new KeyRing(apiKeys);
    // Loaded where it is used: the library for tokens takes a tenth of the time in which a server starts.
    const verifier = jwt === undefined ? null : new (await import('./jwt.js')).JwtVerifier(jwt);
    const gate = new Gate(ring, verifier);
    if (ring && apiKeys) gate.#watch(apiKeys, ring, log);
    if (verifier?.file) gate.#watch(verifier.file, verifier, log);
    return gate;
  }

  /** True when nobody has to authenticate. */
  get open(): boolean {
    return !this.#ring && !this.#jwt;
  }

  /**
   * Who asks. Without credentials it is nobody, who may do everything but administer where no authentication is
   * configured (callers on this machine also that), and nothing where it is.
   * @throws SakerError E_UNAUTHENTICATED for credentials that are not good; E_AUTH_UNAVAILABLE.
   */
  async identify({ authorization, apiKey, address }: Credentials): Promise<Identity> {
    const token = apiKey ?? bearer(authorization);
    if (this.open) {
      const scopes = isLoopback(address) ? THIS_MACHINE : EVERYBODY;
      return { kind: 'anonymous', id: addressGroup(address), scopes };
    }
    if (token === undefined) return { kind: 'anonymous', id: addressGroup(address), scopes: NOTHING };
    if (this.#ring && (looksLikeKey(token) || !this.#jwt)) return this.#ring.verify(token);
    if (this.#jwt) return this.#jwt.verify(token);
    throw new SakerError('E_UNAUTHENTICATED', { detail: 'the key is not known' });
  }

  /** @throws SakerError E_UNAUTHENTICATED when it takes a key and none came; E_FORBIDDEN when the key is not enough. */
  authorise(identity: Identity, scope: Scope): void {
    if (includesScope(identity.scopes, scope)) return;
    if (identity.kind !== 'anonymous')
      throw new SakerError('E_FORBIDDEN', { detail: `it takes the scope "${scope}"` });
    if (this.open)
      throw new SakerError('E_FORBIDDEN', { detail: 'it takes a key, and this server has no keys file' });
    throw new SakerError('E_UNAUTHENTICATED', { detail: 'it carries no key' });
  }

  /** Stops watching the files. */
  close(): void {
    for (const stop of this.#stops) stop();
  }

  #watch(file: string, target: { reload(): void }, log: GateLog): void {
    const reload = (): void => {
      try {
        target.reload();
        log.reloaded(file);
      } catch (thrown) {
        log.reloadFailed(file, SakerError.from(thrown));
      }
    };
    this.#stops.push(onFileChange(file, reload));
  }
}

function bearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined)
    throw new SakerError('E_UNAUTHENTICATED', { detail: 'the Authorization header is not "Bearer KEY"' });
  return token;
}
