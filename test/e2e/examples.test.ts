import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { repoRoot } from '../fixtures/shared.js';

const { folder, remove } = temporaryFolder('examples');
beforeAll(async () => {
  await writeShapes(folder, 15);
});
afterAll(remove);

const run = (name: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(repoRoot, 'examples', name), ...args], { encoding: 'utf8' });

describe('the examples', () => {
  it('are all run here', () => {
    expect(readdirSync(join(repoRoot, 'examples'))).toEqual(['from-typescript']);
  });

  it('train, measure and serve from a program', () => {
    const { status, stdout, stderr } = run('from-typescript/main.mjs', folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^epoch 5: validation accuracy /m);
    expect(stdout).toMatch(/accuracy on all 45 pictures: [01]\.\d{3}/);
    expect(stdout).toMatch(/ is a (circle|square|triangle) \(/);
  });
});
