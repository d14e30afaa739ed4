import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STACK_TRACE, saker, temporaryFolder } from '../fixtures/saker.js';
import { drawShape, writeShapes } from '../fixtures/shapes.js';
import { type Trained, trainShapes } from '../fixtures/trained.js';

const { folder, remove } = temporaryFolder('bad-data');
const good = join(folder, 'good');
let trained: Trained;

beforeAll(async () => {
  await writeShapes(good, 6);
  trained = await trainShapes(join(folder, 'trained'), 12, 1);
});
afterAll(remove);

async function trainOn(data: string) {
  return saker([
    ...['train', data, '--model', 'small_cnn', '--size', '32', '--epochs', '1', '--batch-size', '8'],
    ...['--out', join(folder, 'out.onnx'), '--json'],
  ]);
}

/** A sentence with its code, a hint, no stack trace, the exit code, and the same as JSON. */
function expectError(run: Awaited<ReturnType<typeof saker>>, code: string, exitCode: number): void {
  expect(run.stderr).toMatch(new RegExp(`^error ${code}: .+\\.$\\n {2}hint: .+`, 'm'));
  expect(`${run.stdout}${run.stderr}`).not.toMatch(STACK_TRACE);
  expect(run.json.error).toMatchObject({ code });
  expect(run.json.error.hint).not.toBe('');
  expect(run.status).toBe(exitCode);
}

function emptyFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

describe('data that cannot be trained on', () => {
  it('refuses a path that is not there', async () => {
    expectError(await trainOn(join(folder, 'nowhere')), 'E_FILE_NOT_FOUND', 3);
  });

  it('refuses an empty folder', async () => {
    expectError(await trainOn(emptyFolder('empty')), 'E_DATA_EMPTY', 3);
  });

  it('refuses a folder whose class folders hold no pictures', async () => {
    emptyFolder('no-pictures/cat');
    emptyFolder('no-pictures/dog');
    expectError(await trainOn(join(folder, 'no-pictures')), 'E_DATA_EMPTY', 3);
  });

  it('refuses one class and names it', async () => {
    const one = join(folder, 'one');
    mkdirSync(join(one, 'circle'), { recursive: true });
    for (const name of readdirSync(join(good, 'circle'))) {
      copyFileSync(join(good, 'circle', name), join(one, 'circle', name));
    }
    const run = await trainOn(one);
    expectError(run, 'E_DATA_ONE_CLASS', 3);
    expect(run.stderr).toContain('circle');
  });

  it('refuses a class with one picture and names it', async () => {
    const data = join(folder, 'lonely');
    await writeShapes(data, 5);
    mkdirSync(join(data, 'lonely-class'));
    writeFileSync(join(data, 'lonely-class', 'only.png'), (await drawShape('circle', 2)).bytes);
    const run = await trainOn(data);
    expectError(run, 'E_DATA_CLASS_TOO_SMALL', 3);
    expect(run.stderr).toContain('lonely-class');
  });

  it('refuses a manifest it cannot read, with the place', async () => {
    const manifest = join(folder, 'bad.csv');
    writeFileSync(manifest, 'file;class\na.png;cat\n');
    expectError(await trainOn(manifest), 'E_DATA_MANIFEST', 3);
  });
});

describe('damaged pictures', () => {
  const damaged = join(folder, 'damaged');
  const bad: Record<string, (path: string) => void> = {
    'zero-bytes.jpg': (path) => writeFileSync(path, ''),
    'text.png': (path) => writeFileSync(path, 'this is no picture'),
    'truncated.jpg': (path) => {
      copyFileSync(join(good, 'circle', '001.jpg'), path);
      truncateSync(path, Math.floor(readFileSync(path).length / 2));
    },
    'truncated.png': (path) => {
      copyFileSync(join(good, 'circle', '000.png'), path);
      truncateSync(path, Math.floor(readFileSync(path).length / 2));
    },
  };
  beforeAll(async () => {
    await writeShapes(damaged, 8);
    for (const [name, write] of Object.entries(bad)) write(join(damaged, 'circle', name));
  });

  it('are named, counted and left out of a training that goes on', async () => {
    const run = await trainOn(damaged);
    expect(run.status).toBe(0);
    expect(run.json.rejected).toHaveLength(4);
    for (const name of Object.keys(bad)) expect(run.stderr).toContain(join('circle', name));
    const { train, val } = run.json.samples;
    expect(train + val).toBeGreaterThanOrEqual(24);
    expect(`${run.stdout}${run.stderr}`).not.toMatch(STACK_TRACE);
  });

  it('are named, counted and left out of an evaluation', async () => {
    const run = await saker(['evaluate', trained.model, damaged, '--json']);
    expect(run.status).toBe(0);
    expect(run.json.samples).toBe(24);
    const codes = Object.fromEntries(
      run.json.failures.map((f: { file: string; code: string }) => [f.file.split('/').at(-1), f.code]),
    );
    expect(codes).toEqual({
      'zero-bytes.jpg': 'E_IMAGE_EMPTY',
      'text.png': 'E_IMAGE_FORMAT',
      'truncated.jpg': 'E_IMAGE_TRUNCATED',
      'truncated.png': 'E_IMAGE_TRUNCATED',
    });
  });

  it('get a row with their error in a prediction and do not stop the others', async () => {
    const files = [
      ...Object.keys(bad).map((name) => join(damaged, 'circle', name)),
      join(good, 'circle', '000.png'),
    ];
    const run = await saker(['predict', trained.model, ...files, join(folder, 'missing.png'), '--json']);
    expect(run.status).toBe(0);
    expect(run.json.results.map((r: { error: { code: string } | null }) => r.error?.code ?? null)).toEqual([
      ...['E_IMAGE_EMPTY', 'E_IMAGE_FORMAT', 'E_IMAGE_TRUNCATED', 'E_IMAGE_TRUNCATED'],
      null,
      'E_FILE_NOT_FOUND',
    ]);
    expect(`${run.stdout}${run.stderr}`).not.toMatch(STACK_TRACE);
  });

  it('decide the exit code when every file is bad', async () => {
    const run = await saker(['predict', trained.model, join(damaged, 'circle', 'text.png')]);
    expect(run.status).toBe(4);
    expect(run.stdout).toContain('E_IMAGE_FORMAT');
  });
});

describe('labels the model does not know', () => {
  it('are refused with the labels it knows', async () => {
    const data = join(folder, 'other-labels');
    mkdirSync(join(data, 'hexagon'), { recursive: true });
    copyFileSync(join(good, 'circle', '000.png'), join(data, 'hexagon', '000.png'));
    const run = await saker(['evaluate', trained.model, data, '--json']);
    expectError(run, 'E_DATA_LABEL', 3);
    expect(run.stderr).toContain('circle, square, triangle');
  });
});
