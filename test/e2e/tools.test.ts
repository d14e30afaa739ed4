/** The scripts in tools/: what they do when there is nothing to do, and what they count. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
// @ts-expect-error: plain JavaScript without declarations
import { encodeGreyPng } from '../../tools/fashion-mnist/png.mjs';
// @ts-expect-error: plain JavaScript without declarations
import { CLASSES, preparePictures } from '../../tools/fashion-mnist/prepare.mjs';
// @ts-expect-error: plain JavaScript without declarations
import { memoryGrowth } from '../../tools/lib/memory-growth.mjs';
// @ts-expect-error: plain JavaScript without declarations
import { formatCounts, readJunit, readVitest, sum } from '../../tools/lib/test-results.mjs';
import { temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { repoRoot } from '../fixtures/shared.js';

const { folder, remove } = temporaryFolder('tools');
afterAll(remove);

const bash = (...args: string[]) => spawnSync('bash', args, { cwd: repoRoot, encoding: 'utf8' });
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('tools/setup', () => {
  it('explains itself and refuses unknown flags', () => {
    expect(bash('tools/setup', '--help').stdout).toContain('--check');
    expect(bash('tools/setup', '--bogus')).toMatchObject({ status: 2 });
  });
});

describe('tools/bench/preprocess-kill.mjs', () => {
  it('kills a job at moments spread over it, and finds the output identical', async () => {
    await writeShapes(join(folder, 'shapes'), 4);
    const args = ['--files', '120', '--kills', '4', '--shard-size', '10', '--seed', '3', '--json'];
    const tool = ['tools/bench/preprocess-kill.mjs', join(folder, 'shapes'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, tool, { cwd: repoRoot, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ identical: true, files: 120, shards: 12, kills: 4, wrong: [] });
    expect(result.moments.map((moment: { killed: boolean }) => moment.killed)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    // Spread over the run: the third kill comes when most of the shards are there.
    expect(result.moments[2].finished).toBeGreaterThanOrEqual(6);
  }, 180_000);

  it('says what it needs', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['tools/bench/preprocess-kill.mjs', ...args], {
        cwd: repoRoot,
        encoding: 'utf8',
      });
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('Give a folder of pictures') });
    expect(run(folder, '--kills', 'x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--kills'),
    });
  });
});

describe('tools/test', () => {
  it('refuses a suite that does not exist and names those that do', () => {
    const { status, stderr } = bash('tools/test', '--no-setup', 'bogus');
    expect(status).toBe(2);
    expect(stderr).toContain('native');
  });

  it('counts and names what vitest left, with files that failed to load', () => {
    const wrong = {
      status: 'failed',
      fullName: 'sums add up',
      failureMessages: ['Error: 3\nat a\nat b\nat c'],
    };
    const report = {
      ...{ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 },
      testResults: [
        { name: resolve('sum.test.ts'), status: 'failed', assertionResults: [wrong] },
        { name: resolve('load.test.ts'), status: 'failed', message: 'no such file', assertionResults: [] },
        { name: resolve('good.test.ts'), status: 'passed', assertionResults: [{ status: 'passed' }] },
      ],
    };
    const counts = readVitest(file('vitest.json', JSON.stringify(report)));
    const failures = ['sum.test.ts: sums add up: Error: 3 at a at b', 'load.test.ts: no such file'];
    expect(counts).toEqual({ passed: 5, failed: 2, skipped: 3, failures });
  });

  it('counts and names what ctest left', () => {
    const xml =
      '<?xml version="1.0"?>\n<testsuite name="x"\n tests="9" failures="2" disabled="1" skipped="1" time="3">\n' +
      '<testcase name="A.One" classname="A.One" status="run"/>\n<testcase name="A.Two" classname="A.Two" status="fail"/>';
    expect(readJunit(file('ctest.xml', xml))).toEqual({
      passed: 5,
      failed: 2,
      skipped: 2,
      failures: ['A.Two'],
    });
  });

  it('has no result for a runner that left no file', () => {
    expect(readVitest(join(folder, 'none.json'))).toBeNull();
    expect(readJunit(join(folder, 'none.xml'))).toBeNull();
    expect(readJunit(file('empty.xml', ''))).toBeNull();
  });

  it('adds up and prints the closing line', () => {
    const total = sum([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 2, failed: 3, skipped: 4 },
    ]);
    expect(formatCounts(total)).toBe('3 passed, 3 failed, 4 skipped');
    expect(formatCounts({ passed: 7, failed: 0, skipped: 0 })).toBe('7 passed, 0 failed');
  });
});

describe('the quickstart data', () => {
  it('is written as pictures whose pixels come back', async () => {
    const { default: sharp } = await import('sharp');
    const pixels = Array.from({ length: 28 * 28 }, (_, i) => (i * 7) % 256);
    const { data, info } = await sharp(encodeGreyPng(pixels, 28, 28))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 28, height: 28 });
    expect([...data].filter((_, i) => i % info.channels === 0)).toEqual(pixels);
  });

  it('is stratified, free of repeated pictures, and stable', () => {
    const packageFolder = join(folder, 'package');
    mkdirSync(join(packageFolder, 'src/clothes'), { recursive: true });
    CLASSES.forEach((_name: string, label: number) => {
      const picture = (i: number): number[] =>
        Array.from({ length: 784 }, (_, at) => (label * 31 + i * 7 + at) % 256);
      const pictures = [...Array.from({ length: 8 }, (_, i) => picture(i)), picture(0), []];
      writeFileSync(join(packageFolder, 'src/clothes', `${label}.json`), JSON.stringify({ data: pictures }));
    });
    const out = join(folder, 'pictures');
    const written = preparePictures(packageFolder, out, { train: Number.POSITIVE_INFINITY, test: 3 });
    expect(written.test).toBe(30);
    expect(written.train).toBeLessThanOrEqual(50);
    const first = readFileSync(join(out, 'test/bag/00001.png'));
    expect(preparePictures(packageFolder, out, { train: Number.POSITIVE_INFINITY, test: 3 })).toEqual(
      written,
    );
    expect(preparePictures(packageFolder, out, { train: 2, test: 3 })).toEqual({ train: 20, test: 30 });
    expect(readFileSync(join(out, 'test/bag/00001.png'))).toEqual(first);
  });
});

describe('tools/bench/loader-soak.mjs', () => {
  it('calls growth what lasts, not what passes', () => {
    const flat = Array.from({ length: 100 }, (_, i) => (i === 40 ? 900 : 100 + (i % 3)));
    expect(memoryGrowth(flat, 0.05)).toMatchObject({ growth: 0, passed: true });
    const rising = Array.from({ length: 100 }, (_, i) => 100 + i / 10);
    expect(memoryGrowth(rising, 0.05).passed).toBe(false);
    expect(memoryGrowth(rising, 0.5).passed).toBe(true);
  });

  it('runs the pictures of a folder again and again and prints its figures', () => {
    const pictures = join(folder, 'soak');
    mkdirSync(pictures);
    for (let i = 0; i < 5; i++) {
      const pixels = Uint8Array.from({ length: 900 }, (_, k) => (k * (i + 3)) & 255);
      writeFileSync(join(pictures, `p${i}.png`), encodeGreyPng(pixels, 30, 30));
    }
    file('soak/text.jpg', 'no picture');
    const flags = ['--images', '300', '--threads', '2', '--batch-size', '4', '--json'];
    const script = join(repoRoot, 'tools/bench/loader-soak.mjs');
    const { stdout } = spawnSync('node', [script, pictures, ...flags], { cwd: repoRoot, encoding: 'utf8' });
    const figures = JSON.parse(stdout);
    expect(figures).toMatchObject({ files: 6, growth: expect.any(Number), passed: expect.any(Boolean) });
    expect(figures.images).toBeGreaterThanOrEqual(330);
    expect(figures.failed).toBeGreaterThanOrEqual(50);
  });
});
