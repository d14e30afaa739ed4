import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = resolve(import.meta.dirname, '../bin/saker.js');
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saker-preprocess-cli-'));
  for (const label of ['a', 'b']) {
    mkdirSync(join(folder, 'photos', label), { recursive: true });
    for (let i = 0; i < 5; i += 1) {
      const background = { r: 50 * i, g: 90, b: label === 'a' ? 200 : 20 };
      const picture = sharp({ create: { width: 90 + i, height: 60, channels: 3, background } });
      writeFileSync(join(folder, 'photos', label, `${i}.jpg`), await picture.jpeg().toBuffer());
    }
  }
  writeFileSync(join(folder, 'photos/a/bad.jpg'), 'no picture');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function saker(args: string[], variables: Record<string, string> = {}) {
  const { SLURM_ARRAY_TASK_ID: _s, JOB_COMPLETION_INDEX: _j, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, ...variables },
  });
  return { status, stdout, stderr, json: () => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}

describe('saker show', () => {
  it('writes a PNG and says what is on it', async () => {
    const { status, stderr, json } = saker([
      'show',
      'photos',
      '--pipeline',
      'train224',
      '--draws',
      '3',
      '--json',
    ]);
    expect({ status, stderr: stderr.split(':')[0] }).toEqual({ status: 0, stderr: 'warning' });
    expect(json()).toMatchObject({ file: 'show.png', draws: 3 });
    expect(json().pictures).toHaveLength(11);
    const { format, width, height } = await sharp(join(folder, 'show.png')).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: json().width, height: json().height });
  });

  it.each([
    [['show', 'photos'], 'E_USAGE: Name a pipeline with --pipeline', 2],
    [['show', 'photos', '--pipeline', 'eval-224'], 'E_PIPELINE_UNKNOWN', 2],
    [['show', 'nowhere', '--pipeline', 'eval224'], 'E_FILE_NOT_FOUND', 3],
    [['show', 'photos', '--pipeline', 'eval224', '--out', 'no/such/folder.png'], 'E_FILE_WRITE', 3],
  ])('refuses %j', (args, code, exit) => {
    const { status, stderr } = saker(args);
    expect(stderr).toContain(`error ${code}`);
    expect(status).toBe(exit);
  });
});

describe('saker preprocess', () => {
  it('writes shards and an index, names the quarantined picture, and resumes', () => {
    const args = [
      'preprocess',
      'photos',
      '--max-side',
      '40',
      '--out',
      'shards',
      '--shard-size',
      '4',
      '--json',
    ];
    const first = saker(args);
    expect(first.status).toBe(0);
    expect(first.stderr).toContain('quarantined a/bad.jpg: E_IMAGE_FORMAT');
    expect(first.json()).toMatchObject({ written: 10, quarantined: 1, shards: 3, complete: true });
    const index = readFileSync(join(folder, 'shards/index.csv'), 'utf8');
    expect(saker(args)).toMatchObject({ status: 3 });
    const again = saker([...args, '--resume']);
    expect(again.json()).toMatchObject({ written: 10, quarantined: 1, kept: 3, worked: 0 });
    expect(readFileSync(join(folder, 'shards/index.csv'), 'utf8')).toBe(index);
  });

  it('does the part that the scheduler names', () => {
    const args = ['preprocess', 'photos', '--pipeline', 'eval224', '--format', 'npy', '--dtype', 'u8'];
    const part = [...args, '--out', 'parts', '--shard-size', '6', '--json'];
    const task = { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '2' };
    expect(saker(part, task).json()).toMatchObject({ part: { index: 1, count: 2 }, complete: false });
    expect(existsSync(join(folder, 'parts/index.csv'))).toBe(false);
    const pod = saker([...part, '--shard', 'auto/2'], { JOB_COMPLETION_INDEX: '0' });
    expect(pod.json()).toMatchObject({ part: { index: 0, count: 2 }, complete: true });
  });

  it.each([
    [['--max-side', '40'], 'E_USAGE: Name the folder for the shards with --out.'],
    [['--out', 'x'], 'E_USAGE: Name a pipeline with --pipeline, or give --max-side'],
    [['--out', 'x', '--max-side', '9', '--format', 'npy'], 'E_USAGE: Name a pipeline with --pipeline'],
    [['--out', 'x', '--pipeline', 'eval224', '--shard', '2/2'], 'E_ARG_INVALID'],
    [['--out', 'x', '--pipeline', 'eval224', '--quality', '101'], 'E_ARG_INVALID'],
    [['--out', 'x', '--pipeline', 'eval224', '--format', 'zip'], 'E_ARG_INVALID'],
  ])('refuses %j', (flags, code) => {
    const { status, stderr } = saker(['preprocess', 'photos', ...flags]);
    expect(stderr).toContain(`error ${code}`);
    expect(status).toBe(2);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});
