/** The keys file: JSON, written whole and swapped in by rename, so that a reader never sees half of it. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { SakerError } from '@saker/spec';
import { z } from 'zod';
import { SCOPES, type Scope } from '../scopes.js';
import { hashKey, makeKey } from './token.js';

const LOCK_WAIT_MS = 3_000;
const LOCK_RETRY_MS = 20;

const time = z.iso.datetime({ offset: true });

const recordSchema = z.strictObject({
  /** Part of the key itself, and what `revoke` takes. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  /** For people: whose key it is. */
  name: z.string().max(200),
  /** sha256:<hex> of the key. */
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)).min(1),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
});

const fileSchema = z.strictObject({ version: z.literal(1), keys: z.array(recordSchema) });

/** One key as it is stored. */
export type KeyRecord = Readonly<z.output<typeof recordSchema>>;

/**
 * Reads a keys file.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_KEYS_FILE.
 */
export function readKeys(file: string): readonly KeyRecord[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file });
    throw new SakerError('E_FILE_READ', { file, detail: message }, { cause });
  }
  const checked = fileSchema.safeParse(parse(text));
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const detail = `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unreadable'}`;
    throw new SakerError('E_KEYS_FILE', { file, detail });
  }
  return checked.data.keys;
}

/** What `createKey` takes. */
export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** When it stops to work; default: never. */
  readonly expiresAt?: Date;
}

/**
 * Adds a key to the file, which is made when there is none. The key's text is returned here and nowhere else.
 * @throws SakerError E_FILE_READ, E_FILE_WRITE, E_KEYS_FILE; E_BUSY while another process changes the file.
 */
export function createKey(
  file: string,
  options: NewKey,
): { readonly key: string; readonly record: KeyRecord } {
  const { id, key } = makeKey();
  const record: KeyRecord = {
    id,
    name: options.name,
    hash: hashKey(key),
    scopes: [...new Set(options.scopes)],
    createdAt: new Date().toISOString(),
    expiresAt: options.expiresAt?.toISOString() ?? null,
    revokedAt: null,
  };
  locked(file, () => writeKeys(file, [...existing(file), record]));
  return { key, record };
}

/**
 * Marks a key as revoked; servers that use the file refuse it within a second.
 * @throws SakerError E_KEY_UNKNOWN, and as `readKeys`.
 */
export function revokeKey(file: string, id: string): KeyRecord {
  return locked(file, () => {
    const keys = readKeys(file);
    const found = keys.find((key) => key.id === id);
    if (!found) throw new SakerError('E_KEY_UNKNOWN', { id, file });
    const revoked = { ...found, revokedAt: found.revokedAt ?? new Date().toISOString() };
    writeKeys(
      file,
      keys.map((key) => (key.id === id ? revoked : key)),
    );
    return revoked;
  });
}

/** Two commands at once would each write what they read, and the first key would be lost. */
function locked<T>(file: string, work: () => T): T {
  const lock = `${file}.lock`;
  const end = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx'));
      break;
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new SakerError('E_FILE_WRITE', { file, detail: message }, { cause });
      if (Date.now() > end)
        throw new SakerError('E_BUSY', {
          what: file,
          detail: `${lock} is there; remove it if no saker keys runs`,
        });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_RETRY_MS);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function existing(file: string): readonly KeyRecord[] {
  try {
    return readKeys(file);
  } catch (thrown) {
    if (thrown instanceof SakerError && thrown.code === 'E_FILE_NOT_FOUND') return [];
    throw thrown;
  }
}

function writeKeys(file: string, keys: readonly KeyRecord[]): void {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new SakerError('E_FILE_WRITE', { file, detail: (cause as Error).message }, { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
