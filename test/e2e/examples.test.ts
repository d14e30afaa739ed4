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
    expect(readdirSync(join(repoRoot, 'examples'))).toEqual([
      'class-weights',
      'distillation',
      'from-typescript',
      'multi-label',
    ]);
  });

  it('train, measure and serve from a program', () => {
    const { status, stdout, stderr } = run('from-typescript/main.mjs', folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^epoch 5: validation accuracy /m);
    expect(stdout).toMatch(/accuracy on all 45 pictures: [01]\.\d{3}/);
    expect(stdout).toMatch(/ is a (circle|square|triangle) \(/);
  });

  // Each compares with the baseline that its README states. The margins asked for are less than half of those found.
  const figures = (name: string): { stdout: string; value: (pattern: RegExp) => number } => {
    const { status, stdout, stderr } = run(`${name}/main.mjs`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return { stdout, value: (pattern) => Number(pattern.exec(stdout)?.[1]) };
  };

  it('tell several labels of a picture, where a single-label model tells one', () => {
    const { stdout, value } = figures('multi-label');
    expect(value(/^multi-label: mAP ([\d.]+)/m)).toBeGreaterThan(0.85);
    const baseline = value(/^single-label baseline: micro F1 ([\d.]+)/m);
    expect(value(/^multi-label: .*micro F1 ([\d.]+)/m)).toBeGreaterThan(baseline + 0.1);
    expect(stdout).toMatch(/^0000\.png shows (nothing|circle|cross|square|triangle)/m);
  });

  it('make up for classes of unequal size', () => {
    const { stdout, value } = figures('class-weights');
    const baseline = value(/^baseline: balanced accuracy ([\d.]+)/m);
    expect(value(/^class weights: balanced accuracy ([\d.]+)/m)).toBeGreaterThan(baseline + 0.03);
    expect(value(/^balanced sampler: balanced accuracy ([\d.]+)/m)).toBeGreaterThan(baseline + 0.03);
    expect(stdout).toMatch(/^class weights: ripe 192 pictures, weight 0\.39, 192 an epoch/m);
    expect(stdout).toMatch(/^balanced sampler: .*unripe 12 pictures, weight 1\.00, 74\.3 an epoch/m);
  });

  it('learn from a teacher in spite of wrong labels', () => {
    const { value } = figures('distillation');
    const baseline = value(/^student alone: accuracy ([\d.]+)/m);
    expect(value(/^student with teacher: accuracy ([\d.]+)/m)).toBeGreaterThan(baseline + 0.06);
  });
});
