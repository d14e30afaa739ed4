/** What goes wrong around a batch job, with the real command: full disks, closed folders, two at once, Ctrl-C. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = resolve(import.meta.dirname, '../bin/saker.js');
const COUNT = 160;
const flags = ['--max-side', '120', '--shard-size', '8', '--threads', '1'];
let folder = '';
let unbroken: Record<string, string> = {};

function contents(out: string): Record<string, string> {
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(out, name)))
      .digest('hex');
  return Object.fromEntries(
    readdirSync(out)
      .sort()
      .map((name) => [name, digest(name)]),
  );
}

function saker(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stderr };
}

const preprocess = (out: string, ...more: string[]) =>
  saker('preprocess', 'photos', '--out', out, ...flags, ...more);

/** Starts the job and resolves when its first shard is finished. */
async function begun(out: string, ...more: string[]) {
  const args = [bin, 'preprocess', 'photos', '--out', out, ...flags, ...more];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const done = new Promise<{ status: number | null; stderr: string }>((ended) =>
    child.on('close', (status) => ended({ status, stderr })),
  );
  const seen = (): boolean =>
    existsSync(join(folder, out)) && readdirSync(join(folder, out)).some((name) => name.endsWith('.jsonl'));
  while (!seen() && child.exitCode === null) await sleep(2);
  return { child, done };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saker-trouble-'));
  const side = 150;
  for (let i = 0; i < COUNT; i += 1) {
    const pixels = Buffer.alloc(side * side * 3);
    for (let k = 0; k < pixels.length; k += 1) pixels[k] = (k * (i + 3) + (k >> 7) * 31) & 255;
    const picture = sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).jpeg();
    mkdirSync(join(folder, 'photos', 'ab'[i % 2] as string), { recursive: true });
    writeFileSync(join(folder, 'photos', 'ab'[i % 2] as string, `${i}.jpg`), await picture.toBuffer());
  }
  expect(preprocess('unbroken').status).toBe(0);
  unbroken = contents(join(folder, 'unbroken'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing half done lies about, and what has its final name is what an unbroken run writes. */
function expectOnlyGood(out: string): number {
  const there = contents(join(folder, out));
  for (const name of Object.keys(there)) expect([name, there[name]]).toEqual([name, unbroken[name]]);
  return Object.keys(there).filter((name) => name.endsWith('.jsonl')).length;
}

describe('a full disk', () => {
  it('(a limit on the size of files) is named, keeps finished shards, and --resume ends with the same bytes', () => {
    const sizes = Object.keys(unbroken)
      .filter((name) => name.endsWith('.tar'))
      .map((name) => statSync(join(folder, 'unbroken', name)).size);
    const limit = Math.floor((Math.max(...sizes) - 1) / 1024);
    const command = [process.execPath, bin, 'preprocess', 'photos', '--out', 'limited', ...flags];
    const script = `ulimit -f ${limit}; exec ${command.map((word) => `'${word}'`).join(' ')}`;
    const { status, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toMatch(
      /error E_DISK_FULL: No room to write limited\/shard-\d{6}\.tar: files may not become/,
    );
    expect(stderr).toContain('Then run the same command with --resume.');
    expect(status).toBe(3);
    expectOnlyGood('limited');
    expect(preprocess('limited', '--resume').status).toBe(0);
    expect(contents(join(folder, 'limited'))).toEqual(unbroken);
  });

  it('(a small disk) is named, keeps finished shards, and --resume ends with the same bytes', ({ skip }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'saker-test', disk], {
      encoding: 'utf8',
    });
    if (mounted.status !== 0) {
      console.log('skipped: a small disk needs the right to mount one; the test before it runs without');
      skip();
    }
    try {
      const { status, stderr } = preprocess('disk/out');
      expect(stderr).toMatch(/error E_DISK_FULL: No room to write disk\/out\/[^ ]+: the disk is full\./);
      expect(status).toBe(3);
      const finished = expectOnlyGood('disk/out');
      expect(finished).toBeGreaterThan(0);
      // Still full: again the same, and nothing is lost.
      expect(preprocess('disk/out', '--resume').status).toBe(3);
      expect(expectOnlyGood('disk/out')).toBeGreaterThanOrEqual(finished);
      expect(spawnSync('mount', ['-o', 'remount,size=64m', disk]).status).toBe(0);
      expect(preprocess('disk/out', '--resume').status).toBe(0);
      expect(contents(join(disk, 'out'))).toEqual(unbroken);
      expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
      const closed = preprocess('disk/other');
      expect(closed.stderr).toMatch(/error E_FILE_WRITE: Cannot write disk\/other: .*read-only/);
      expect(closed.status).toBe(3);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

it('a second process in the same folder is told so, and harms nothing', async () => {
  const first = await begun('shared');
  // Held in the middle of its work.
  first.child.kill('SIGSTOP');
  const second = preprocess('shared', '--resume');
  expect(second.stderr).toMatch(
    /error E_OUT_BUSY: shared is being written by another process \(process \d+ on /,
  );
  expect(second.stderr).toContain('--shard I/N');
  expect(second.status).toBe(3);
  const part = preprocess('shared', '--shard', '1/3', '--resume');
  expect(part.stderr).toContain('E_OUT_BUSY');
  first.child.kill('SIGCONT');
  expect(await first.done).toEqual({ status: 0, stderr: '' });
  expect(contents(join(folder, 'shared'))).toEqual(unbroken);
});

it('parts at the same time write into one folder', async () => {
  const parts = await Promise.all(['0/2', '1/2'].map((part) => begun('parts', '--shard', part)));
  for (const { done } of parts) expect(await done).toEqual({ status: 0, stderr: '' });
  expect(contents(join(folder, 'parts'))).toEqual(unbroken);
});

it('Ctrl-C keeps finished shards, says how to go on, and exits with 130', async () => {
  const { child, done } = await begun('stopped');
  child.kill('SIGINT');
  const { status, stderr } = await done;
  expect(stderr).toContain('stopping; finished shards stay. Press Ctrl-C again to stop at once');
  expect(stderr).toContain('run it again with --resume');
  expect(status).toBe(130);
  expect(expectOnlyGood('stopped')).toBeGreaterThan(0);
  expect(preprocess('stopped', '--resume').status).toBe(0);
  expect(contents(join(folder, 'stopped'))).toEqual(unbroken);
});

it('a killed job leaves a lock that its successor takes over at once', async () => {
  const { child, done } = await begun('killed');
  child.kill('SIGKILL');
  await done;
  expect(readdirSync(join(folder, 'killed'))).toContain('.part-0-of-1.lock');
  expect(preprocess('killed', '--resume').status).toBe(0);
  expect(contents(join(folder, 'killed'))).toEqual(unbroken);
});

describe('output among the input', () => {
  it('is refused: inside the data, through a link too, and over the tars or the manifest that it reads', () => {
    symlinkSync(join(folder, 'photos'), join(folder, 'link'));
    for (const out of ['photos', 'photos/shards', 'link/shards']) {
      const { status, stderr } = preprocess(out);
      expect(stderr).toContain('E_ARG_INVALID: Expected a folder outside of photos for out');
      expect(status).toBe(2);
    }
    const tar = saker('preprocess', 'unbroken/shard-000000.tar', '--out', 'unbroken', ...flags);
    expect(tar.stderr).toContain(
      'E_ARG_INVALID: Expected another folder than that of unbroken/shard-000000.tar',
    );
    mkdirSync(join(folder, 'lists'));
    writeFileSync(join(folder, 'lists/index.csv'), 'path,label\n../photos/a/0.jpg,a\n../photos/b/1.jpg,b\n');
    const list = saker('preprocess', 'lists/index.csv', '--out', 'lists', ...flags);
    expect(list.stderr).toContain('E_ARG_INVALID: Expected another folder than that of lists/index.csv');
    expect(contents(join(folder, 'unbroken'))).toEqual(unbroken);
  });

  it('is a file, or below one', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(preprocess('file').stderr).toContain('error E_FILE_WRITE: Cannot write file');
    expect(preprocess('file/out').stderr).toContain('error E_FILE_WRITE: Cannot write file/out');
  });
});

it('takes a manifest, and the tars of another job', () => {
  writeFileSync(
    join(folder, 'list.csv'),
    'path,label\nphotos/a/0.jpg,x\nphotos/b/1.jpg,y\nphotos/b/gone.jpg,y\n',
  );
  const list = saker('preprocess', 'list.csv', '--out', 'from-list', ...flags);
  expect(list.stderr).toContain('quarantined photos/b/gone.jpg: E_FILE_NOT_FOUND');
  expect(list.status).toBe(0);
  const pattern = 'unbroken/shard-{000000..000019}.tar';
  const again = saker('preprocess', pattern, '--out', 'again', '--max-side', '30');
  expect(again).toEqual({ status: 0, stderr: '' });
  expect(readFileSync(join(folder, 'again/index.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(COUNT + 1);
});
