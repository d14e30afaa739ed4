import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readSafetensors } from '@saker/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saker, startSaker, temporaryFolder } from '../fixtures/saker.js';
import { writeShapes } from '../fixtures/shapes.js';
import { repoRoot } from '../fixtures/shared.js';

const { folder, remove } = temporaryFolder('resume');
const data = join(folder, 'shapes');
const common = ['--model', 'small_cnn', '--size', '32', '--batch-size', '8', '--threads', '1'];

beforeAll(async () => {
  await writeShapes(data, 30);
});
afterAll(remove);

describe('saker train --resume', () => {
  it('ends with the bits of an unbroken run after kill -9 at random moments', async () => {
    const tool = join(repoRoot, 'tools/bench/train-kill.mjs');
    const args = [
      tool,
      data,
      '--kills',
      '3',
      '--model',
      'small_cnn',
      '--checkpoint-steps',
      '1',
      '--work',
      folder,
      '--json',
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repoRoot });
    const verdict = JSON.parse(stdout);
    expect(verdict.kills).toBeGreaterThanOrEqual(2);
    expect(verdict.tensors).toBeGreaterThan(20);
    expect(verdict.different).toEqual([]);
  });

  it('goes on after Ctrl-C, with what it needs in the folder alone', async () => {
    const out = join(folder, 'stopped.onnx');
    const started = startSaker(['train', data, ...common, '--epochs', '4', '--patience', '50', '--out', out]);
    await started.saw(/^epoch 1\/4/m);
    started.child.kill('SIGINT');
    const stopped = await started.done;
    expect(stopped.status).toBe(130);
    expect(stopped.stderr).toContain(`saker train --resume ${join(folder, 'stopped.run')}`);
    const resumed = await saker(['train', '--resume', join(folder, 'stopped.run'), '--json']);
    expect(resumed.status).toBe(0);
    expect(resumed.stderr).toMatch(/going on in epoch \d/);
    expect(resumed.json).toMatchObject({ stopped: 'finished', epochs: 4, model: out });
  });

  it('refuses other settings and other data with the differences, and a folder without state', async () => {
    const run = join(folder, 'stopped.run');
    const epochs = await saker(['train', '--resume', run, '--epochs', '9']);
    expect(epochs.status).toBe(8);
    expect(epochs.stderr).toContain('epochs 4 in the checkpoint, 9 now');
    const others = join(folder, 'others');
    await writeShapes(others, 8);
    const moved = await saker(['train', others, '--resume', run]);
    expect(moved.stderr).toMatch(/E_CHECKPOINT_MISMATCH.*data hash/s);
    const nothing = await saker(['train', '--resume', others]);
    expect(nothing.status).toBe(3);
    expect(nothing.stderr).toContain('E_CHECKPOINT_NOT_FOUND');
  });

  it('goes on from the last whole state after the disk was full', async () => {
    const out = join(folder, 'full.onnx');
    const bin = join(repoRoot, 'packages/cli/bin/saker.js');
    const flags = ['train', data, ...common, '--epochs', '3', '--out', out];
    // Files may not grow above 500 KiB: the state with SGD's momentum does, the first one without does not.
    const shell = `trap '' XFSZ; ulimit -f 500; exec "$@"`;
    const child = spawn('bash', ['-c', shell, 'bash', process.execPath, bin, ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const status = await new Promise((done) => child.on('close', done));
    expect(stderr).toContain('E_DISK_FULL');
    expect(status).toBe(3);
    const last = join(folder, 'full.run', 'last.safetensors');
    expect(existsSync(last)).toBe(true);
    expect(readSafetensors(readFileSync(last), last).metadata.saker).toContain('"globalStep":0');
    const resumed = await saker(['train', '--resume', join(folder, 'full.run'), '--json']);
    expect(resumed.json).toMatchObject({ stopped: 'finished', epochs: 3 });
  });
});
