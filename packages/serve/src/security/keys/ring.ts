/** The keys that a running server accepts. */
import { SakerError } from '@saker/spec';
import type { Identity } from '../identity.js';
import { type KeyRecord, readKeys } from './file.js';
import { hashKey, keyId, sameHash } from './token.js';

/** Compared with when no record has the id, so that an unknown id takes as long as a wrong secret. */
const NOBODY = hashKey('');

export class KeyRing {
  #records: ReadonlyMap<string, KeyRecord>;

  /** @throws SakerError as `readKeys`. */
  constructor(private readonly file: string) {
    this.#records = byId(readKeys(file));
  }

  /** Keys known, revoked and expired ones included. */
  get size(): number {
    return this.#records.size;
  }

  /**
   * Reads the file again. A file that is gone or broken leaves the keys as they are: it must neither open the server
   * nor lock everybody out.
   * @throws SakerError as `readKeys`.
   */
  reload(): void {
    this.#records = byId(readKeys(this.file));
  }

  /** @throws SakerError E_UNAUTHENTICATED. */
  verify(key: string, now = Date.now()): Identity {
    const record = this.#records.get(keyId(key) ?? '');
    const matches = sameHash(hashKey(key), record?.hash ?? NOBODY);
    if (!record || !matches) throw unauthenticated('the key is not known');
    // Said only to who holds the right key.
    if (record.revokedAt !== null) throw unauthenticated('the key was revoked');
    if (record.expiresAt !== null && Date.parse(record.expiresAt) <= now)
      throw unauthenticated('the key has expired');
    return { kind: 'key', id: record.id, scopes: new Set(record.scopes) };
  }
}

function byId(records: readonly KeyRecord[]): ReadonlyMap<string, KeyRecord> {
  return new Map(records.map((record) => [record.id, record]));
}

function unauthenticated(detail: string): SakerError {
  return new SakerError('E_UNAUTHENTICATED', { detail });
}
