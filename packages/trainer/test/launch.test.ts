/** The launcher with real processes. */
import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { launch, processPlace } from '@saker/trainer';
import { describe, expect, it } from 'vitest';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

async function start(what: string, rank: number, { nproc = 2, graceMs = 300 } = {}) {
  const output = new PassThrough();
  const told = { text: '', pids: [] as readonly number[] };
  output.on('data', (chunk) => {
    told.text += chunk;
  });
  const launched = await launch({
    nproc,
    command: process.execPath,
    args: [fixture('launched.mjs'), what, String(rank)],
    env: process.env,
    output,
    graceMs,
    onStart: (pids) => {
      told.pids = pids;
    },
  });
  return { launched, told };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !condition(); i++) await new Promise((done) => setTimeout(done, 50));
  expect(condition()).toBe(true);
}

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('launch', () => {
  it("gives each process torchrun's variables, and lines of others a prefix", async () => {
    const { launched, told } = await start('done', 0, { nproc: 3 });
    expect(await launched.done).toBe(0);
    for (const rank of [1, 2]) {
      const line = new RegExp(`^\\[rank ${rank}\\] place (.*)$`, 'm').exec(told.text);
      expect(JSON.parse(line![1]!)).toMatchObject({
        rank,
        worldSize: 3,
        localRank: rank,
        localWorldSize: 3,
        masterAddr: '127.0.0.1',
      });
    }
  });

  it('names the rank that was killed, and ends the others', async () => {
    const { launched, told } = await start('die', 1);
    await expect(launched.done).rejects.toMatchObject({
      code: 'E_DIST_RANK_FAILED',
      message: expect.stringMatching(/^Rank 1 of 2 ended with signal SIGKILL/),
    });
    expect(told.pids.every(gone)).toBe(true);
  });

  it('tells what a rank said of its failure', async () => {
    const { launched } = await start('fail', 1);
    await expect(launched.done).rejects.toMatchObject({
      message: expect.stringMatching(/^Rank 1 of 2 ended with exit code 8.*no disk/),
    });
  });

  it('passes an interrupt on, and ends as its processes do', async () => {
    const { launched, told } = await start('stay', 0);
    await until(() => told.text.includes('place'));
    launched.signal('SIGINT');
    expect(await launched.done).toBe(130);
    expect(told.text).toContain('[rank 1] interrupted');
  });

  it('takes processes that a passed signal ended before they could hear it for cancelled', async () => {
    const { launched } = await start('stay', 0);
    launched.signal('SIGINT');
    expect(await launched.done).toBe(130);
  });

  it('leaves no process behind when it is killed itself', async () => {
    const launcher = spawn(process.execPath, [fixture('launcher.mjs')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    launcher.stderr.on('data', (chunk) => {
      text += chunk;
    });
    await until(() => /\[rank 1\] place/.test(text));
    const pids = JSON.parse(text.split('\n')[0]!) as number[];
    expect(pids.some(gone)).toBe(false);
    launcher.kill('SIGKILL');
    await until(() => pids.every(gone));
  });
});

describe('processPlace', () => {
  it('is null without the variables', () => expect(processPlace({})).toBeNull());

  it("reads torchrun's variables", () =>
    expect(
      processPlace({
        RANK: '3',
        WORLD_SIZE: '4',
        LOCAL_RANK: '1',
        MASTER_ADDR: 'node0',
        MASTER_PORT: '1234',
      }),
    ).toEqual({
      rank: 3,
      worldSize: 4,
      localRank: 1,
      localWorldSize: 1,
      masterAddr: 'node0',
      masterPort: 1234,
    }));

  it.each([
    [{ RANK: '4', WORLD_SIZE: '4', MASTER_ADDR: 'a' }, /RANK, received 4/],
    [{ RANK: '0', MASTER_ADDR: 'a' }, /WORLD_SIZE, received nothing/],
    [{ RANK: 'x', WORLD_SIZE: '2', MASTER_ADDR: 'a' }, /RANK, received x/],
    [{ RANK: '0', WORLD_SIZE: '2' }, /MASTER_ADDR, received nothing/],
    [{ RANK: '0', WORLD_SIZE: '2', MASTER_ADDR: 'a', MASTER_PORT: '70000' }, /MASTER_PORT, received 70000/],
  ])('refuses %o', (env, message) => {
    expect(() => processPlace(env)).toThrow(message);
  });
});
