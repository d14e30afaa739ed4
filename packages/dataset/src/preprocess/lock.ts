/** One process for each part of a job: a lock file in the folder, which may be shared by several machines. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readLock, removeLeftOver, tryLock } from '@saker/graph/files';
import { SakerError } from '@saker/spec';

interface Part {
  readonly index: number;
  readonly count: number;
}

const NAME = /^\.part-(\d+)-of-(\d+)\.lock$/;

const lockName = ({ index, count }: Part): string => `.part-${index}-of-${count}.lock`;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Whether two parts have shards in common. */
export function overlap(a: Part, b: Part): boolean {
  return (a.index - b.index) % gcd(a.count, b.count) === 0;
}

async function requireFree(out: string, part: Part, silenceMs: number | undefined): Promise<void> {
  for (const name of await readdir(out)) {
    const [, index, count] = NAME.exec(name) ?? [];
    if (index === undefined || !overlap(part, { index: Number(index), count: Number(count) })) continue;
    const file = join(out, name);
    const state = await readLock(file, silenceMs === undefined ? {} : { silenceMs });
    if (state === null) continue;
    if (state.holder !== null) throw new SakerError('E_OUT_BUSY', { path: out, detail: state.holder });
    await removeLeftOver(file, state);
  }
}

/**
 * Takes the lock of a part of a job; `release` gives it back. Locks of killed processes are taken over: on this machine
 * at once, from other machines after 12 seconds in which nobody touched them, or `silenceMs`.
 * @throws SakerError E_OUT_BUSY, E_FILE_WRITE, E_DISK_FULL.
 */
export async function lockPart(out: string, part: Part, silenceMs?: number): Promise<() => Promise<void>> {
  await requireFree(out, part, silenceMs);
  const release = await tryLock(join(out, lockName(part)));
  if (release) return release;
  throw new SakerError('E_OUT_BUSY', { path: out, detail: 'one that began just now' });
}
