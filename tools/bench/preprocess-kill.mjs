// Kills `saker preprocess` at random moments spread over a whole run, and compares what it ends up with, byte for byte,
// with an unbroken run. Exit status 0: identical.
//
//   node tools/bench/preprocess-kill.mjs FOLDER [--files 20000] [--kills 20] [--seed 1] [--max-side 96]
//        [--shard-size 100] [--threads N] [--work DIR] [--keep] [--json]
//
// FOLDER holds pictures at any depth; they are linked under N names into ten classes. For each kill the job has to reach
// a random place of its own twentieth of the work; from there it lives for a random time of up to a shard's. The last
// kills fall into the closing phase, when all shards are there and the index is written.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from '@saker/spec';

const bin = resolve(import.meta.dirname, '../../packages/cli/bin/saker.js');
const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.webp']);
const CLASSES = 10;
/** Of the kills, those that fall into the closing phase: one in ten. */
const CLOSING = 0.1;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    'max-side': { type: 'string', default: '96' },
    'shard-size': { type: 'string', default: '100' },
    threads: { type: 'string', default: String(availableParallelism()) },
    work: { type: 'string', default: tmpdir() },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function whole(name, least) {
  const value = Number(flags[name]);
  if (Number.isInteger(value) && value >= least) return value;
  console.error(`--${name} needs a whole number from ${least}, received ${flags[name]}`);
  return process.exit(2);
}

const files = whole('files', 10);
const kills = whole('kills', 1);
const shardSize = whole('shard-size', 1);
const random = new Random(whole('seed', 0));
const shards = Math.ceil(files / shardSize);
const [source] = positionals;
if (source === undefined || !existsSync(source) || shards < 3) {
  console.error('Give a folder of pictures, and at least three shards of them (--files, --shard-size).');
  process.exit(2);
}

const say = (text) => {
  if (!flags.json) console.log(text);
};
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const work = mkdtempSync(join(resolve(flags.work), 'saker-kill-'));
const data = join(work, 'data');
const [whole1, broken] = [join(work, 'unbroken'), join(work, 'broken')];

/** N names for the pictures there are, hard links, or symbolic ones across file systems. */
function makeData() {
  const pictures = readdirSync(source, { recursive: true })
    .map((name) => join(source, String(name)))
    .filter((path) => PICTURES.has(extname(path).toLowerCase()) && statSync(path).isFile())
    .sort();
  if (pictures.length === 0) throw new Error(`no pictures in ${source}`);
  for (let c = 0; c < CLASSES; c += 1) mkdirSync(join(data, `class${c}`), { recursive: true });
  for (let i = 0; i < files; i += 1) {
    const from = pictures[i % pictures.length];
    const to = join(data, `class${i % CLASSES}`, `${String(i).padStart(6, '0')}${extname(from)}`);
    try {
      linkSync(from, to);
    } catch {
      symlinkSync(resolve(from), to);
    }
  }
  return pictures.length;
}

/** Starts the job; `peak` is the most memory it was seen to hold, in bytes (Linux). */
function start(out) {
  const args = ['preprocess', data, '--max-side', flags['max-side'], '--shard-size', String(shardSize)];
  const child = spawn(
    process.execPath,
    [bin, ...args, '--threads', flags.threads, '--out', out, '--resume', '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const job = { child, peak: 0, stdout: '', stderr: '', began: performance.now(), ended: false };
  child.stdout.on('data', (chunk) => {
    job.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    job.stderr += chunk;
  });
  const watch = setInterval(() => {
    try {
      const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      job.peak = Math.max(job.peak, Number(kib ?? 0) * 1024);
    } catch {
      // It has ended, or this is no Linux.
    }
  }, 100);
  job.done = new Promise((done) => {
    child.on('close', (status, signal) => {
      clearInterval(watch);
      job.ended = true;
      done({ status, signal, ms: performance.now() - job.began });
    });
  });
  return job;
}

const finishedShards = (out) =>
  existsSync(out) ? readdirSync(out).filter((name) => /^shard-\d+\.jsonl$/.test(name)).length : 0;

const digests = new Map();
/** Hashes a file once for as long as it does not change. */
function digest(file) {
  const { mtimeMs, size, ino } = statSync(file);
  const key = `${file} ${mtimeMs} ${size} ${ino}`;
  if (!digests.has(key)) digests.set(key, createHash('sha256').update(readFileSync(file)).digest('hex'));
  return digests.get(key);
}

const unfinished = (name) => name.endsWith('.part') || name.endsWith('.lock');

/** Files that are not, or not what they are in the unbroken run. */
function differences(isEnd) {
  const [expected, there] = [readdirSync(whole1), readdirSync(broken)];
  const wrong = there.filter(
    (name) =>
      (isEnd || !unfinished(name)) &&
      !(expected.includes(name) && digest(join(broken, name)) === digest(join(whole1, name))),
  );
  return isEnd ? [...wrong, ...expected.filter((name) => !there.includes(name))] : wrong;
}

/** Kills one run in the phase asked for; the moment it came to. */
async function killOnce(target, extraMs) {
  const job = start(broken);
  while (!job.ended && finishedShards(broken) < target) await sleep(3);
  await sleep(extraMs);
  job.child.kill('SIGKILL');
  const { status, signal, ms } = await job.done;
  const killed = signal === 'SIGKILL';
  if (!killed && status !== 0)
    throw new Error(`the job ended by itself with status ${status}: ${job.stderr}`);
  return {
    killed,
    afterMs: ms,
    finished: finishedShards(broken),
    leftovers: readdirSync(broken).filter(unfinished),
  };
}

async function unbrokenRun(out) {
  const job = start(out);
  let startupMs = 0;
  while (!job.ended && !existsSync(join(out, 'job.json'))) await sleep(3);
  startupMs = performance.now() - job.began;
  while (!job.ended && finishedShards(out) < shards) await sleep(3);
  const closingMs = performance.now();
  const { status, ms } = await job.done;
  if (status !== 0) throw new Error(`the unbroken run ended with status ${status}: ${job.stderr}`);
  const result = JSON.parse(job.stdout.trimEnd().split('\n').at(-1));
  return { ms, startupMs, closingMs: performance.now() - closingMs, peak: job.peak, result };
}

async function main() {
  const pictures = makeData();
  say(
    `${files} files (${pictures} pictures of ${source}), ${shards} shards, ${kills} kills, seed ${flags.seed}`,
  );
  const first = await unbrokenRun(whole1);
  const mib = Math.round(first.peak / 2 ** 20);
  say(`unbroken: ${seconds(first.ms)}, ${first.result.imagesPerSecond} images/s, at most ${mib} MiB`);
  const shardMs = (first.ms - first.startupMs - first.closingMs) / shards;
  const closing = Math.max(1, Math.round(kills * CLOSING));
  const moments = [];
  let wrong = [];
  const inWork = Math.max(1, kills - closing);
  // A kill may come before the job has made the folder.
  mkdirSync(broken);
  let misses = 0;
  while (moments.length < kills && wrong.length === 0) {
    if (misses > 5 * kills) throw new Error('the job ends before it can be killed');
    const atEnd = moments.length >= inWork;
    const place = (Math.min(moments.length, inWork - 1) + random.uniform()) / inWork;
    const target = atEnd ? 0 : Math.min(shards - 2, Math.floor(place * shards));
    const early = target === 0 ? first.startupMs : 0;
    // A run with nothing left to do takes its start and its closing.
    const extra = atEnd
      ? first.startupMs + random.uniform() * (first.closingMs + shardMs)
      : early * random.uniform() + shardMs * random.uniform();
    if (atEnd && finishedShards(broken) < shards) await start(broken).done;
    // The unbroken run may have been slower than the machine is now: after a miss the next kill comes sooner.
    const moment = await killOnce(target, extra * 0.7 ** misses);
    wrong = differences(false);
    if (!moment.killed) {
      misses += 1;
      continue;
    }
    moments.push({ ...moment, atEnd });
    say(
      `kill ${String(moments.length).padStart(2)}: after ${seconds(moment.afterMs)}, ${moment.finished} of ${shards} shards there` +
        `, half written: ${moment.leftovers.filter((name) => name.endsWith('.part')).join(' ') || 'nothing'}`,
    );
  }
  if (wrong.length === 0) {
    const last = start(broken);
    const { status } = await last.done;
    if (status !== 0) throw new Error(`the last run ended with status ${status}: ${last.stderr}`);
    wrong = differences(true);
  }
  const identical = wrong.length === 0;
  say(
    identical
      ? `identical: ${readdirSync(whole1).length} files, after ${moments.length} kills`
      : `DIFFERENT: ${wrong.slice(0, 10).join(', ')}`,
  );
  if (flags.json) {
    const { ms, peak, result } = first;
    const unbroken = {
      seconds: ms / 1000,
      peakBytes: peak,
      written: result.written,
      quarantined: result.quarantined,
    };
    console.log(
      JSON.stringify({
        identical,
        files,
        shards,
        kills: moments.length,
        seed: Number(flags.seed),
        wrong,
        unbroken,
        moments,
      }),
    );
  }
  return identical ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  if (flags.keep) say(`kept ${work}`);
  else rmSync(work, { recursive: true, force: true });
}
