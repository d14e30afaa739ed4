import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockPart, overlap } from './lock.js';

let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'saker-lock-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const part = (index: number, count: number) => ({ index, count });
const lock = (owner: object | string, name = '.part-0-of-1.lock') => {
  const file = join(out, name);
  writeFileSync(file, typeof owner === 'string' ? owner : JSON.stringify(owner));
  return file;
};

it('overlap finds parts with shards in common', () => {
  const brute = (a: { index: number; count: number }, b: { index: number; count: number }) =>
    Array.from({ length: 60 }, (_, k) => k).some((k) => k % a.count === a.index && k % b.count === b.index);
  for (let m = 1; m <= 6; m += 1)
    for (let n = 1; n <= 6; n += 1)
      for (let i = 0; i < m; i += 1)
        for (let j = 0; j < n; j += 1)
          expect([i, m, j, n, overlap(part(i, m), part(j, n))]).toEqual([
            i,
            m,
            j,
            n,
            brute(part(i, m), part(j, n)),
          ]);
});

describe('lockPart', () => {
  it('is for one at a time, also within a process, and is gone after release', async () => {
    const release = await lockPart(out, part(0, 2));
    await expect(lockPart(out, part(0, 2))).rejects.toMatchObject({ code: 'E_OUT_BUSY' });
    await expect(lockPart(out, part(0, 1))).rejects.toMatchObject({ code: 'E_OUT_BUSY' });
    await (await lockPart(out, part(1, 2)))();
    await release();
    expect(readdirSync(out)).toEqual([]);
    await (await lockPart(out, part(0, 1)))();
  });

  it('takes over what a process that ended has left, also when its number was given to another', async () => {
    lock({ host: hostname(), pid: 2 ** 22 + 1, began: '1' });
    await (await lockPart(out, part(0, 1), 60_000))();
    lock({ host: hostname(), pid: process.pid, began: '1' });
    await (await lockPart(out, part(0, 1), 60_000))();
    lock({ host: hostname(), pid: 2 ** 22 + 1, began: null });
    await (await lockPart(out, part(0, 1), 60_000))();
  });

  it('watches whether another machine still touches its lock', async () => {
    const file = lock({ host: 'elsewhere', pid: 1, began: '1' });
    const beat = setInterval(() => utimesSync(file, new Date(), new Date()), 20);
    await expect(lockPart(out, part(0, 1), 300)).rejects.toMatchObject({
      code: 'E_OUT_BUSY',
      params: { detail: 'process 1 on elsewhere' },
    });
    clearInterval(beat);
    await (await lockPart(out, part(0, 1), 100))();
    lock('');
    await (await lockPart(out, part(0, 1), 100))();
  });
});
