/** A run whose steps find no memory, by a limit of the process. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { repoRoot } from '../fixtures/shared.js';

const { folder, remove } = temporaryFolder('memory');
beforeAll(async () => {
  await writeShapes(join(folder, 'photos'), 54);
});
afterAll(remove);

/** A batch that needs far more than there is. Tries halve it: 64, 32. */
const LARGE = 128;
/**
 * The limit is what a whole run takes whose batches lie in the middle of those two: further above 32 than what tensors leave
 * to the libraries (256 MiB), and as far below 64.
 */
const BETWEEN = 48;

/** Trains in a process whose address space is limited to so many KiB; also says how much it took at most. */
function train(batch: number, limit: number | 'unlimited') {
  const peak = join(folder, 'peak.txt');
  const bin = join(repoRoot, 'packages/cli/bin/saker.js');
  const flags = `--model resnet18 --size 224 --epochs 1 --batch-size ${batch} --threads 1 --no-baseline --json`;
  const command = `ulimit -v ${limit}; exec "${process.execPath}" --import "${join(repoRoot, 'test/fixtures/peak-memory.mjs')}" "${bin}" train photos ${flags}`;
  // Few arenas: each reserves addresses, and how many there are is chance.
  const env = { ...process.env, MALLOC_ARENA_MAX: '2', PEAK_FILE: peak };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const json = JSON.parse(stdout.trimEnd().split('\n').at(-1) || 'null');
  const kib = Number(/^VmPeak:\s+(\d+) kB$/m.exec(readFileSync(peak, 'utf8'))?.[1]);
  return { status, json, stderr, kib };
}

it.skipIf(process.platform !== 'linux')('ends with a batch size that fits, and that one does', () => {
  // What libraries and runtime reserve differs from machine to machine: it is in the limit.
  const measured = train(BETWEEN, 'unlimited');
  expect(measured.status, measured.stderr).toBe(0);
  const limit = measured.kib;
  const { status, json, stderr } = train(LARGE, limit);
  expect({ status, ...json?.error }, stderr).toMatchObject({ status: 8, code: 'E_TRAIN_MEMORY' });
  expect(json.error.message).toMatch(
    /at step 1 with batches of 128 pictures: \d\.\d\d GB more could not be had/,
  );
  const fits = Number(/use --batch-size (\d+)/.exec(json.error.hint)?.[1]);
  expect(fits).toBeGreaterThan(0);
  expect(fits).toBeLessThan(LARGE);
  const again = train(fits, limit);
  expect(again.status, again.stderr).toBe(0);
});
