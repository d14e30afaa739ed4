import { createKey, type KeyRecord, readKeys, revokeKey } from '@saker/serve/keys';
import type { CliContext } from '../../context.js';
import type { CommonFlags } from '../../flags/common.js';
import { Output, printable } from '../../output/output.js';
import { table } from '../../output/table.js';
import type { CreateKeyFlags } from './command.js';

const DAY_MS = 86_400_000;

/** `saker keys create`. */
export async function create(this: CliContext, flags: CreateKeyFlags, file: string): Promise<void> {
  const out = new Output(this, flags);
  const { name, scope, expiresDays } = flags;
  const expiresAt = expiresDays === undefined ? undefined : new Date(Date.now() + expiresDays * DAY_MS);
  const { key, record } = createKey(file, { name, scopes: scope, expiresAt });
  out.line(key);
  out.note(`added to ${file} as ${record.id}; the key is shown this once`);
  out.json({ key, ...shown(record) });
}

/** `saker keys list`. */
export async function list(this: CliContext, flags: CommonFlags, file: string): Promise<void> {
  const out = new Output(this, flags);
  const keys = readKeys(file);
  const columns = ['id', 'name', 'scopes', 'created', 'state'].map((title) => ({ title }));
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.scopes.join(', '),
    day(key.createdAt),
    describe(key),
  ]);
  if (keys.length > 0) out.line(table(columns, rows));
  else out.note(`${file} holds no keys`);
  out.json({ keys: keys.map(shown) });
}

/** `saker keys revoke`. */
export async function revoke(this: CliContext, flags: CommonFlags, file: string, id: string): Promise<void> {
  const out = new Output(this, flags);
  const record = revokeKey(file, id);
  out.line(`revoked ${id} (${printable(record.name)})`);
  out.json(shown(record));
}

/** A key without its hash, which is nobody's business. */
function shown({ hash: _hash, ...rest }: KeyRecord): object {
  return rest;
}

function describe({ revokedAt, expiresAt }: KeyRecord): string {
  if (revokedAt !== null) return `revoked ${day(revokedAt)}`;
  if (expiresAt === null) return 'valid';
  return Date.parse(expiresAt) <= Date.now() ? `expired ${day(expiresAt)}` : `valid until ${day(expiresAt)}`;
}

function day(time: string): string {
  return time.slice(0, 10);
}
