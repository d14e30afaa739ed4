import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { capabilities } from '@saker/core-native';
import { evalPipeline } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = resolve(import.meta.dirname, '../bin/saker.js');
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saker-bench-'));
  mkdirSync(join(folder, 'photos'));
  mkdirSync(join(folder, 'none'));
  for (let i = 0; i < 6; i += 1) {
    const picture = sharp({
      create: { width: 90 + i, height: 80, channels: 3, background: { r: 40 * i, g: 90, b: 9 } },
    });
    writeFileSync(join(folder, 'photos', `${i}.jpg`), await picture.jpeg().toBuffer());
  }
  writeFileSync(join(folder, 'photos', 'bad.jpg'), 'no picture');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'bench', 'preprocess', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

describe('saker bench preprocess', () => {
  it('ends with the rates, and leaves unreadable pictures out by number', () => {
    const { status, stderr, last } = bench('photos', '--rounds', '2', '--threads', '2', '--json');
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'warning: 1 of 7 pictures could not be read and are left out\n',
    });
    const json = JSON.parse(last);
    expect(json).toMatchObject({ threads: 2, images: 6, failed: 1, rounds: 2, pipeline: 'train224' });
    const rates = ['imagesPerSecond', 'imagesPerCpuSecond', 'decodePerCpuSecond', 'decodeFloorPerCpuSecond'];
    for (const name of rates) {
      expect(json[name]).toBeGreaterThan(0);
    }
    expect(json.stages.pixelMs).toBeGreaterThan(0);
    // The same work without the pixels.
    expect(json.decodePerCpuSecond).toBeGreaterThan(json.imagesPerCpuSecond);
  });

  it('takes a pipeline from a file and so many pictures', () => {
    writeFileSync(join(folder, 'mine.json'), JSON.stringify(evalPipeline({ size: 32 })));
    const { status, stdout } = bench('photos', '--pipeline', 'mine.json', '--rounds', '1', '--count', '3');
    expect(status).toBe(0);
    expect(stdout).toContain('mine.json on 3 pictures, 1 thread, 1 rounds');
  });

  it.each([
    [['nowhere'], 'E_FILE_NOT_FOUND', 3],
    [['none'], 'E_DATA_EMPTY', 3],
    [
      ['photos', '--pipeline', 'train225'],
      'E_PIPELINE_UNKNOWN: No pipeline is named train225; the nearest is train224.',
      2,
    ],
    [['photos', '--pipeline', 'gone.json'], 'E_FILE_NOT_FOUND: No file at gone.json.', 3],
    [['photos', '--count', '0'], 'E_ARG_INVALID', 2],
  ])('refuses %j', (args, code, exit) => {
    const { status, stderr } = bench(...args);
    expect(stderr).toContain(`error ${code}`);
    expect(status).toBe(exit);
  });

  it.skipIf(capabilities().cuda.available)('never measures the CPU in place of a device', () => {
    const { status, stderr } = bench('photos', '--device', 'cuda');
    expect(stderr).toMatch(/error E_CUDA_NO(T_BUILT|_DEVICE)/);
    expect(status).toBe(6);
  });

  it('refuses a file that holds no pipeline, naming the file or the place', () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(bench('photos', '--pipeline', 'broken.json').stderr).toContain('broken.json is not JSON');
    writeFileSync(join(folder, 'wrong.json'), '{"ops":[{"op":"CenterCrop","size":0}]}');
    const { status, stderr } = bench('photos', '--pipeline', 'wrong.json');
    expect(stderr).toContain('error E_PIPELINE_INVALID: The pipeline is not valid at ops[0].size');
    expect(status).toBe(2);
  });
});
