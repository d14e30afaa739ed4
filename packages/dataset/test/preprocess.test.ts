import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compilePipeline } from '@saker/core-native';
import { type PreprocessOptions, preprocess, scanDataset } from '@saker/dataset';
import { evalPipeline, pipelinePreset, Random, SakerError } from '@saker/spec';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf, picture } from './pictures.js';

const COUNT = 240;
let dir = '';
let remove = async () => {};
let scratch = '';
let folders = 0;
const outFolder = (): string => join(scratch, `out-${folders++}`);

beforeAll(async () => {
  const files: Record<string, Buffer | string> = {};
  for (let i = 0; i < COUNT; i += 1) {
    const name = `${'abc'[i % 3]}/${String(i).padStart(3, '0')}`;
    const side = 40 + (i % 50);
    files[i % 2 ? `${name}.jpg` : `${name}.png`] = await picture(i, i % 2 ? 'jpeg' : 'png', side);
  }
  files['a/broken.jpg'] = (await picture(1, 'jpeg', 64)).subarray(0, 300);
  files['b/empty.png'] = '';
  files['c/"quoted", name.png'] = await picture(7);
  ({ dir, remove } = await folderOf(files));
  scratch = mkdtempSync(join(tmpdir(), 'saker-preprocess-'));
});
afterAll(async () => {
  await remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Name and digest of every file of a folder. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(names.map((name) => [name, digest(name)]));
}

const lines = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

async function refusal(options: PreprocessOptions): Promise<SakerError> {
  const result = await preprocess(options).catch((error: unknown) => error);
  expect(result).toBeInstanceOf(SakerError);
  return result as SakerError;
}

/** Files of a tar, read by the rules of the format and not by our writer's. */
function untar(file: string): Map<string, Buffer> {
  const bytes = readFileSync(file);
  const entries = new Map<string, Buffer>();
  for (let at = 0; bytes[at] !== 0; ) {
    const name = bytes
      .subarray(at, at + 100)
      .toString('latin1')
      .replace(/\0.*$/, '');
    const size = Number.parseInt(bytes.subarray(at + 124, at + 135).toString('latin1'), 8);
    entries.set(name, bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

describe('preprocess to webdataset', () => {
  it('stores every good picture once, upright and at most max-side long, and quarantines the rest', async () => {
    const out = outFolder();
    const quarantined: string[] = [];
    const result = await preprocess({
      ...{ data: dir, out, maxSide: 48, shardSize: 50 },
      onQuarantine: (name, { code }) => quarantined.push(`${name} ${code}`),
    });
    expect(result).toMatchObject({ written: COUNT + 1, quarantined: 2, shards: 5, kept: 0, complete: true });
    expect(quarantined.sort()).toEqual(['a/broken.jpg E_IMAGE_TRUNCATED', 'b/empty.png E_IMAGE_EMPTY']);
    const index = lines(join(out, 'index.csv'));
    expect(index[0]).toBe('path,label,sha256,size,status,shard,key');
    expect(index).toHaveLength(COUNT + 4);
    const sha = createHash('sha256')
      .update(readFileSync(join(dir, 'b/001.jpg')))
      .digest('hex');
    const row = index.find((line) => line.startsWith('b/001.jpg,b,')) as string;
    expect(row).toContain(`,${sha},`);
    const [, , , , status, shard, key] = row.split(',');
    expect(status).toBe('ok');
    const entries = untar(join(out, shard as string));
    expect(entries.get(`${key}.cls`)?.toString()).toBe('1');
    expect(JSON.parse(String(entries.get(`${key}.json`)))).toEqual({ path: 'b/001.jpg', label: 'b' });
    const { format, width, height } = await sharp(entries.get(`${key}.jpg`)).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 41, height: 41 });
    const large = index.find((line) => line.startsWith('b/049.jpg,')) as string;
    const stored = untar(join(out, large.split(',')[5] as string)).get(`${large.split(',')[6]}.jpg`);
    expect(await sharp(stored).metadata()).toMatchObject({ width: 48, height: 48 });
    const quarantine = lines(join(out, 'quarantine.csv'));
    expect(quarantine).toHaveLength(3);
    expect(quarantine.join()).toContain('b/empty.png,b,E_IMAGE_EMPTY,b/empty.png holds no bytes.');
    expect(index.some((line) => line.startsWith('"c/""quoted"", name.png",c,'))).toBe(true);
  });

  it('can be listed by tar', async () => {
    const out = outFolder();
    await preprocess({ data: dir, out, maxSide: 20, shardSize: 400 });
    const { status, stdout } = spawnSync('tar', ['tf', join(out, 'shard-000000.tar')], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3 * (COUNT + 1));
  });

  it('mixes the classes in every shard', async () => {
    const out = outFolder();
    await preprocess({ data: dir, out, maxSide: 16, shardSize: 81 });
    for (const name of readdirSync(out).filter((file) => file.endsWith('.jsonl'))) {
      const labels = new Set(lines(join(out, name)).map((line) => JSON.parse(line).label));
      expect([...labels].sort()).toEqual(['a', 'b', 'c']);
    }
  });

  it('stores what a pipeline makes, and lays max-side over it', async () => {
    const out = outFolder();
    await preprocess({ data: dir, out, pipeline: evalPipeline({ size: 32 }), maxSide: 24, shardSize: 400 });
    for (const [name, bytes] of untar(join(out, 'shard-000000.tar'))) {
      if (!name.endsWith('.jpg')) continue;
      expect(await sharp(bytes).metadata()).toMatchObject({ width: 24, height: 24 });
    }
  });
});

describe('preprocess to tensors', () => {
  const spec = evalPipeline({ size: 32 });

  it.each(['npy', 'safetensors'] as const)(
    '%s holds the numbers of the pipeline and the labels',
    async (format) => {
      const out = outFolder();
      const { written } = await preprocess({ data: dir, out, pipeline: spec, format, shardSize: 100 });
      expect(written).toBe(COUNT + 1);
      const data = await scanDataset(dir);
      const rows = lines(join(out, 'shard-000001.jsonl')).map((line) => JSON.parse(line));
      const good = rows.filter((row) => row.status === 'ok');
      const images = readFileSync(join(out, `shard-000001.${format}`));
      let start = 0;
      let labels: BigInt64Array;
      if (format === 'npy') {
        start = 10 + images.readUInt16LE(8);
        expect(start % 64).toBe(0);
        expect(images.subarray(10, start).toString()).toContain(`'shape': (${good.length}, 3, 32, 32)`);
        const file = readFileSync(join(out, 'shard-000001.labels.npy'));
        labels = new BigInt64Array(Uint8Array.from(file.subarray(10 + file.readUInt16LE(8))).buffer);
      } else {
        start = 8 + Number(images.readBigUInt64LE(0));
        const header = JSON.parse(images.subarray(8, start).toString());
        expect(header.images).toMatchObject({ dtype: 'F32', shape: [good.length, 3, 32, 32] });
        const [from, to] = header.labels.data_offsets;
        expect(start + to).toBe(images.length);
        labels = new BigInt64Array(Uint8Array.from(images.subarray(start + from, start + to)).buffer);
      }
      expect([...labels].map(Number)).toEqual(good.map((row) => data.classes.indexOf(row.label)));
      const pipeline = compilePipeline(spec);
      for (const row of good.slice(0, 5)) {
        const { data: expected } = await pipeline.runImage(join(dir, row.path));
        const at = start + Number(row.key) * expected.byteLength;
        const bytes = Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength);
        expect(images.subarray(at, at + expected.byteLength).equals(bytes)).toBe(true);
      }
    },
  );

  it('u8 leaves Normalize out, f16 halves the bytes', async () => {
    const bytesOf = async (dtype: 'u8' | 'f16'): Promise<number> => {
      const out = outFolder();
      await preprocess({ data: dir, out, pipeline: spec, format: 'npy', dtype, shardSize: 400 });
      const file = readFileSync(join(out, 'shard-000000.npy'));
      expect(file.toString('latin1', 0, 80)).toContain(dtype === 'u8' ? '|u1' : '<f2');
      return file.length - 192;
    };
    expect(await bytesOf('u8')).toBe((COUNT + 1) * 3 * 32 * 32);
    expect(await bytesOf('f16')).toBe((COUNT + 1) * 3 * 32 * 32 * 2);
  });
});

describe('the bytes of a job', () => {
  const base = { maxSide: 40, shardSize: 16 };

  it('do not depend on threads or on the division into parts', async () => {
    const [one, many, parts] = [outFolder(), outFolder(), outFolder()];
    await preprocess({ ...base, data: dir, out: one, threads: 1 });
    await preprocess({ ...base, data: dir, out: many, threads: 9 });
    const results = [];
    for (const index of [2, 0, 1]) {
      results.push(await preprocess({ ...base, data: dir, out: parts, part: { index, count: 3 } }));
    }
    expect(results.map(({ complete }) => complete)).toEqual([false, false, true]);
    expect(contents(many)).toEqual(contents(one));
    expect(contents(parts)).toEqual(contents(one));
  });

  it('depend on the seed for a random pipeline, and on nothing else', async () => {
    const run = async (seed: number, threads: number) => {
      const out = outFolder();
      await preprocess({
        data: dir,
        out,
        pipeline: pipelinePreset('train224'),
        format: 'npy',
        dtype: 'u8',
        seed,
        threads,
        shardSize: 30,
        part: { index: 0, count: 9 },
      });
      return contents(out)['shard-000000.npy'];
    };
    expect(await run(1, 1)).toBe(await run(1, 5));
    expect(await run(2, 2)).not.toBe(await run(1, 2));
  });

  it('are those of an unbroken run after kill -9 at random moments', { timeout: 120_000 }, async () => {
    const [unbroken, out] = [outFolder(), outFolder()];
    const job = { ...base, data: dir, threads: 2, shardSize: 8 };
    const start = performance.now();
    await preprocess({ ...job, out: unbroken });
    const length = performance.now() - start;
    const random = new Random(Number(process.env.SAKER_TEST_SEED ?? 1));
    const worker = join(import.meta.dirname, 'fixtures/preprocess-job.mjs');
    let killed = 0;
    for (let round = 0; round < 20; round += 1) {
      if (existsSync(join(out, 'index.csv'))) rmSync(out, { recursive: true });
      const child = spawn(process.execPath, [worker, JSON.stringify({ ...job, out, resume: true })]);
      const closed = new Promise<NodeJS.Signals | null>((done) =>
        child.on('close', (_, signal) => done(signal)),
      );
      await Promise.race([new Promise((seen) => child.stdout.once('data', seen)), closed]);
      await sleep(random.uniform() * length * 0.3);
      child.kill('SIGKILL');
      if ((await closed) === 'SIGKILL') killed += 1;
      for (const name of readdirSync(out)) {
        // What has its final name is already what the unbroken run wrote.
        if (!/\.(part|lock)$/.test(name))
          expect([name, contents(out)[name]]).toEqual([name, contents(unbroken)[name]]);
      }
    }
    expect(killed).toBeGreaterThan(0);
    const { complete } = await preprocess({ ...job, out, resume: true });
    expect(complete).toBe(true);
    expect(contents(out)).toEqual(contents(unbroken));
  });

  it('are free of what other runs left half written, but for what another part may be writing', async () => {
    const out = outFolder();
    const job = { ...base, data: dir, out, shardSize: 100 };
    await preprocess({ ...job, part: { index: 0, count: 2 } });
    const leave = (name: string, secondsAgo: number): void => {
      const then = Date.now() / 1000 - secondsAgo;
      writeFileSync(join(out, name), 'half');
      utimesSync(join(out, name), then, then);
    };
    leave('index.csv.1.part', 100);
    leave('quarantine.csv.2.part', 1);
    leave('shard-000001.tar.3.part', 1);
    leave('shard-000000.tar.4.part', 100);
    await preprocess({ ...job, part: { index: 1, count: 2 } });
    const left = () => readdirSync(out).filter((name) => name.endsWith('.part'));
    expect(left()).toEqual(['quarantine.csv.2.part', 'shard-000000.tar.4.part']);
    await preprocess({ ...job, resume: true });
    expect(left()).toEqual([]);
  });

  it('are those of an unbroken run after a cancelled one', async () => {
    const [unbroken, out] = [outFolder(), outFolder()];
    await preprocess({ ...base, data: dir, out: unbroken });
    const abort = new AbortController();
    const first = await preprocess({
      ...{ ...base, data: dir, out, signal: abort.signal },
      onProgress: ({ done }) => {
        if (done === 70) abort.abort();
      },
    });
    expect(first).toMatchObject({ stopped: 'cancelled', complete: false });
    expect(readdirSync(out).filter((name) => name.endsWith('.part'))).toEqual([]);
    const second = await preprocess({ ...base, data: dir, out, resume: true });
    expect(second).toMatchObject({ kept: 4, complete: true, written: COUNT + 1, quarantined: 2 });
    expect(second.worked).toBe(COUNT + 3 - 64);
    expect(contents(out)).toEqual(contents(unbroken));
  });
});

describe('preprocess refuses', () => {
  it('to write over finished shards without resume, or to mix two jobs', async () => {
    const out = outFolder();
    await preprocess({ data: dir, out, maxSide: 30 });
    expect((await refusal({ data: dir, out, maxSide: 30 })).code).toBe('E_OUT_EXISTS');
    const other = await refusal({ data: dir, out, maxSide: 31, resume: true });
    expect(other.message).toContain('it differs in: maxSide');
  });

  it('tensors without a pipeline or of different sizes, and options of the other format', async () => {
    const out = outFolder();
    const spec = evalPipeline({ size: 32 });
    const resizeOnly = { ...spec, ops: spec.ops.slice(0, 1) };
    expect((await refusal({ data: dir, out, format: 'npy' })).code).toBe('E_ARG_INVALID');
    expect((await refusal({ data: dir, out, format: 'npy', pipeline: resizeOnly })).code).toBe(
      'E_PIPELINE_UNSUPPORTED',
    );
    expect((await refusal({ data: dir, out, format: 'npy', pipeline: spec, quality: 9 })).code).toBe(
      'E_ARG_INVALID',
    );
    expect((await refusal({ data: dir, out, dtype: 'u8' })).code).toBe('E_ARG_INVALID');
  });

  it('shards inside the data, and a folder that is a file', async () => {
    expect((await refusal({ data: dir, out: join(dir, 'shards') })).code).toBe('E_ARG_INVALID');
    const file = join(scratch, 'file');
    writeFileSync(file, '');
    expect((await refusal({ data: dir, out: file })).code).toBe('E_FILE_WRITE');
  });
});
