/** Two real processes train one model; one process with twice the batch is what they are held against. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { scanDataset } from '@saker/dataset';
import { launch } from '@saker/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from './pictures.js';

const script = fileURLToPath(new URL('fixtures/rank.mjs', import.meta.url));
const STEPS = 20;
const BATCH = 6;

interface Told {
  readonly seen: number[][];
  readonly results: {
    readonly count: number;
    readonly gradNorm: number;
    readonly group?: { count: number; stop: boolean; buckets: number; bucketsEarly: number };
  }[];
  readonly values: Record<string, number[]>;
  readonly total: number[] | null;
  readonly said: { from: number } | null;
}

let root: string;
let samples: { path: string; label: number; id: number }[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'saker-ranks-'));
  await writeShapes(join(root, 'shapes'), 31);
  const dataset = await scanDataset(join(root, 'shapes'));
  samples = dataset.samples.map(({ path, label }, id) => ({ path, label, id }));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let runs = 0;

async function run(nproc: number, options: object, graceMs = 3000): Promise<Told[]> {
  const out = join(root, `run${runs++}`);
  const output = new PassThrough();
  output.resume();
  const job = JSON.stringify({ samples, steps: STEPS, out, ...options });
  const args = [script, job];
  const launched = await launch({
    nproc,
    command: process.execPath,
    args,
    env: process.env,
    output,
    graceMs,
  });
  expect(await launched.done).toBe(0);
  return Promise.all(
    Array.from({ length: nproc }, async (_, rank) =>
      JSON.parse(await readFile(`${out}.${rank}.json`, 'utf8')),
    ),
  );
}

function furthest(a: Told, b: Told): number {
  const names = Object.keys(a.values);
  expect(Object.keys(b.values)).toEqual(names);
  return Math.max(...names.flatMap((n) => a.values[n]!.map((v, i) => Math.abs(v - b.values[n]![i]!))));
}

// With batch statistics of 12 pictures, rounding grows about tenfold in each five steps, so fewer are compared.
describe.each([
  ['frozen', STEPS],
  ['sync', 5],
] as const)('two processes with %s batch normalisation', (batchNorm, compared) => {
  let one: Told;
  let two: Told[];

  beforeAll(async () => {
    [one] = (await run(1, { batchSize: 2 * BATCH, batchNorm, steps: compared })) as [Told];
    // Each draws other weights; those of rank 0 count.
    two = await run(2, { batchSize: BATCH, batchNorm, steps: compared, sameWeights: false });
  }, 120_000);

  it(`end within 1e-5 of one process with twice the batch, after ${compared} steps`, () => {
    expect(one.results).toHaveLength(compared);
    expect(furthest(one, two[0]!)).toBeLessThan(1e-5);
  });

  it('have the same weights to the last bit', () => {
    expect(two[0]!.values).toEqual(two[1]!.values);
  });

  it('see between them the very samples of each step, none lost, none twice', () => {
    const both = one.seen.map((_, step) => [...two[0]!.seen[step]!, ...two[1]!.seen[step]!]);
    expect(both).toEqual(one.seen);
    const perEpoch = Math.floor(samples.length / (2 * BATCH));
    const epoch = both.slice(0, perEpoch).flat();
    expect(new Set(epoch).size).toBe(perEpoch * 2 * BATCH);
  });

  it('send gradients while backward is still running', () => {
    const { buckets, bucketsEarly } = two[0]!.results[3]!.group!;
    expect(buckets).toBeGreaterThan(2);
    expect(bucketsEarly).toBe(buckets);
  });

  it('share figures when asked', () => {
    expect(two.map((t) => t.total)).toEqual([[2 * BATCH * compared], [2 * BATCH * compared]]);
    expect(two.map((t) => t.said)).toEqual([{ from: 0 }, { from: 0 }]);
  });
});

describe('items that do not count', () => {
  it.each(['frozen', 'sync'])('weigh ranks by what does count, also by nothing (%s)', async (batchNorm) => {
    const [whole] = (await run(1, { batchSize: 2 * BATCH, batchNorm, steps: 1 })) as [Told];
    const first = whole.seen[0]!;
    // All of rank 1's first batch, and one item of rank 0's.
    const leaveOut = [...first.slice(BATCH), first[0]];
    // Few steps: a wrong weight shows in the first, and rounding grows with every unit that it makes switch sides.
    const few = { batchNorm, leaveOut, steps: 3 };
    const [one] = (await run(1, { ...few, batchSize: 2 * BATCH })) as [Told];
    const two = await run(2, { ...few, batchSize: BATCH });
    expect(two[1]!.results[0]).toMatchObject({ count: 0, group: { count: BATCH - 1 } });
    expect(furthest(one, two[0]!)).toBeLessThan(1e-6);
    expect(two[0]!.values).toEqual(two[1]!.values);
  });
});

describe('several batches per update', () => {
  // Two updates an epoch, of 24 pictures each: two processes, two batches of six.
  const whole = 4 * BATCH;
  const common = () => ({ samples: samples.slice(0, 2 * whole), batchNorm: 'frozen' });
  const ranked = (options: object) =>
    run(2, { ...common(), batchSize: BATCH, accumulate: 2, sameWeights: false, ...options });

  it('end within 1e-5 of one process with all of their pictures in an update, after 20 updates', async () => {
    const steps = 2 * STEPS;
    const own = { ...common(), batchSize: 2 * BATCH, accumulate: 2, steps };
    const [same] = (await run(1, own)) as [Told];
    const two = await ranked({ steps });
    expect(furthest(same, two[0]!)).toBeLessThan(1e-5);
    expect(two[0]!.values).toEqual(two[1]!.values);
    // Against one batch the order of sums differs even in one process; at a tenth of the rate no unit switches sides for it.
    const slow = { lr: 0.005 };
    const [one] = (await run(1, { ...common(), ...slow, batchSize: whole, steps: STEPS })) as [Told];
    expect(furthest(one, (await ranked({ ...slow, steps }))[0]!)).toBeLessThan(1e-5);
    // The pictures of an update are those of the one process's batch, each seen once.
    const updates = one.seen.map((_, n) => {
      const [first, second] = two.map(({ seen }) => [seen[2 * n]!, seen[2 * n + 1]!]);
      return [...first![0]!, ...second![0]!, ...first![1]!, ...second![1]!];
    });
    expect(updates).toEqual(one.seen);
  }, 120_000);

  it('send gradients with the last of them only', async () => {
    const [{ results }] = (await ranked({ steps: 4 })) as [Told];
    expect(results.map(({ group }) => group?.count)).toEqual([undefined, whole, undefined, whole]);
    expect(results.map(({ gradNorm }) => gradNorm > 0)).toEqual([false, true, false, true]);
    const { buckets, bucketsEarly } = results[3]!.group!;
    expect([buckets > 2, bucketsEarly]).toEqual([true, buckets]);
  });

  it('weigh every picture alike where some do not count, also in all of a batch', async () => {
    const [{ seen }] = (await run(1, { ...common(), batchSize: whole, steps: 1 })) as [Told];
    const places = seen[0]!;
    const part = (from: number, to: number) => places.slice(from * BATCH, to * BATCH);
    // Rank 1's first batch and one picture more; rank 0's both; the last batch of both.
    for (const leaveOut of [[...part(1, 2), places[0]!], [...part(0, 1), ...part(2, 3)], part(2, 4)]) {
      const few = { leaveOut, steps: 1 };
      const [one] = (await run(1, { ...common(), ...few, batchSize: whole })) as [Told];
      const two = await ranked({ leaveOut, steps: 2 });
      expect(two.map(({ results }) => results[1]!.group!.count)).toEqual(
        Array(2).fill(whole - leaveOut.length),
      );
      expect(furthest(one, two[0]!)).toBeLessThan(1e-6);
      expect(two[0]!.values).toEqual(two[1]!.values);
    }
  }, 60_000);

  it('share batch statistics batch by batch', async () => {
    const sync = { batchNorm: 'sync', accumulate: 2, steps: 6 };
    const [one] = (await run(1, { ...common(), ...sync, batchSize: 2 * BATCH })) as [Told];
    const two = await ranked(sync);
    expect(furthest(one, two[0]!)).toBeLessThan(1e-5);
    expect(two[0]!.values).toEqual(two[1]!.values);
  });

  it('end together after an update when a rank asks for it between two', async () => {
    const ranks = await ranked({ steps: 40, stopRank: 1, stopStep: 4 });
    expect(ranks.map((rank) => rank.results.length)).toEqual([6, 6]);
  });
});

describe('an epoch without dropLast', () => {
  it.each([2, 3])('is cut into %i parts that hold every sample once', async (nproc) => {
    const steps = Math.ceil(samples.length / (nproc * BATCH));
    const ranks = await run(nproc, { batchSize: BATCH, batchNorm: 'frozen', dropLast: false, steps });
    const seen = ranks.flatMap((rank) => rank.seen.flat());
    expect(seen.sort((a, b) => a - b)).toEqual(samples.map(({ id }) => id));
  });
});

describe('the end of a run', () => {
  it('comes after the same step on all ranks when one asks for it', async () => {
    const ranks = await run(2, { batchSize: BATCH, batchNorm: 'frozen', stopRank: 1, stopStep: 4 });
    expect(ranks.map((rank) => rank.results.length)).toEqual([5, 5]);
  });

  it('is told with the rank that was killed, and leaves no process', async () => {
    const pids: number[] = [];
    const output = new PassThrough();
    output.resume();
    const job = {
      samples,
      steps: 1000,
      batchSize: BATCH,
      batchNorm: 'frozen',
      dieRank: 1,
      dieStep: 3,
      out: join(root, 'x'),
    };
    const launched = await launch({
      nproc: 2,
      command: process.execPath,
      args: [script, JSON.stringify(job)],
      env: process.env,
      output,
      onStart: (all) => pids.push(...all),
    });
    await expect(launched.done).rejects.toMatchObject({
      code: 'E_DIST_RANK_FAILED',
      message: expect.stringMatching(/Rank 1 of 2 ended with signal SIGKILL/),
    });
    expect(pids).toHaveLength(2);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it('comes by time-out when a rank hangs', async () => {
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk) => {
      text += chunk;
    });
    const job = {
      samples,
      steps: 1000,
      batchSize: BATCH,
      batchNorm: 'frozen',
      hangRank: 0,
      dieStep: 3,
      timeout: 2,
      out: join(root, 'x'),
    };
    const args = [script, JSON.stringify(job)];
    const launched = await launch({
      nproc: 2,
      command: process.execPath,
      args,
      env: process.env,
      output,
      graceMs: 500,
    });
    await expect(launched.done).rejects.toMatchObject({ code: 'E_DIST_RANK_FAILED' });
    expect(text).toMatch(/\[rank 1\] error E_DIST_PEER_LOST/);
  });

  it('is clear when the engine has no such backend', async () => {
    const output = new PassThrough();
    output.resume();
    const job = {
      samples,
      steps: 1,
      batchSize: BATCH,
      batchNorm: 'frozen',
      backend: 'nccl',
      out: join(root, 'x'),
    };
    const args = [script, JSON.stringify(job)];
    const launched = await launch({ nproc: 2, command: process.execPath, args, env: process.env, output });
    await expect(launched.done).rejects.toMatchObject({
      message: expect.stringMatching(/E_DIST_BACKEND The backend nccl/),
    });
  });
});
