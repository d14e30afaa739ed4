/** A run whose steps find no memory, by a limit of the process. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { repoRoot } from '../fixtures/shared.js';

const { folder, remove } = temporaryFolder('memory');
beforeAll(async () => {
  await writeShapes(join(folder, 'photos'), 40);
});
afterAll(remove);

/** KiB of address space: what a run with a quarter of the batch takes, and some. */
const LIMIT = 3_600_000;

it.skipIf(process.platform !== 'linux')('ends with a batch size that fits, and that one does', () => {
  const bin = join(repoRoot, 'packages/cli/bin/saker.js');
  const train = (batch: number) => {
    const flags = `--model resnet18 --size 224 --epochs 1 --batch-size ${batch} --threads 1 --no-baseline --json`;
    const command = `ulimit -v ${LIMIT}; exec "${process.execPath}" "${bin}" train photos ${flags}`;
    const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
    const { status, stdout } = spawnSync('bash', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
    return { status, json: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
  };
  const { status, json } = train(90);
  expect({ status, ...json.error }).toMatchObject({ status: 8, code: 'E_TRAIN_MEMORY' });
  expect(json.error.message).toMatch(
    /at step 1 with batches of 90 pictures: \d\.\d\d GB more could not be had/,
  );
  const fits = Number(/use --batch-size (\d+)/.exec(json.error.hint)?.[1]);
  expect(fits).toBeGreaterThan(0);
  expect(fits).toBeLessThan(90);
  expect(train(fits).status).toBe(0);
});
