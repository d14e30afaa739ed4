/**
 * API keys: `saker_<id>_<secret>`, where the id finds the record and the secret has 256 random bits. Only the SHA-256
 * of the key is kept: it cannot be searched for by trial, so a slow password hash would add nothing but load.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const FORMAT = /^saker_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;
const PREFIX = 'saker_';

/** A fresh key; the text is shown once and never stored. */
export function makeKey(): { readonly id: string; readonly key: string } {
  const id = randomBytes(ID_BYTES).toString('hex');
  return { id, key: `${PREFIX}${id}_${randomBytes(SECRET_BYTES).toString('base64url')}` };
}

/** True for a text that means to be a key, whether it is a good one or not. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** The id inside a key, or null when it is not one. */
export function keyId(key: string): string | null {
  return FORMAT.exec(key)?.[1] ?? null;
}

/** What is stored of a key: `sha256:<hex>`. */
export function hashKey(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** Compares two hashes of equal length in time that does not depend on where they differ. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
