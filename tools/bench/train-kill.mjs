// Kills `saker train` at random moments spread over a run, resumes it each time, and compares what it ends up with, bit for
// bit, with an unbroken run: the model file's tensors and the whole last state (weights, optimiser, averages). Exit
// status 0: identical.
//
//   node tools/bench/train-kill.mjs FOLDER [--kills 20] [--seed 1] [--epochs 3] [--model resnet8] [--size 32] [--batch-size 8]
//        [--checkpoint-steps 2] [--flags "--ema 0.99 --mixup 0.2 --no-baseline"] [--work DIR] [--keep] [--json]
//
// FOLDER holds class folders. For each kill the run has to save its state at a random place of its own share of the steps;
// from there it lives for a random time of up to two such shares, so that kills also fall into steps, validations, exports
// and writes. One kill in five comes while the process still starts.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parameterNames, readModel, readSafetensors, readTensor } from '@saker/graph';
import { Random } from '@saker/spec';

const bin = resolve(import.meta.dirname, '../../packages/cli/bin/saker.js');
/** Of the kills, those that come while the process starts, and how long they may wait. */
const EARLY = 0.2;
const EARLY_MS = 1500;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '3' },
    model: { type: 'string', default: 'resnet8' },
    size: { type: 'string', default: '32' },
    'batch-size': { type: 'string', default: '8' },
    'checkpoint-steps': { type: 'string', default: '2' },
    flags: { type: 'string', default: '--ema 0.99 --mixup 0.2 --no-baseline' },
    work: { type: 'string', default: tmpdir() },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const kills = Number(flags.kills);
const [folder] = positionals;
if (folder === undefined || !(Number.isInteger(kills) && kills > 0)) {
  console.error(
    'usage: node tools/bench/train-kill.mjs FOLDER [--kills N] ...; the head of the file says more',
  );
  process.exit(2);
}
const random = new Random(Number(flags.seed));
const work = mkdtempSync(join(flags.work, 'train-kill-'));
const note = (text) => console.error(text);

const trainArgs = (out) => [
  ...['train', resolve(folder), '--out', out, '--epochs', flags.epochs, '--seed', flags.seed],
  ...['--model', flags.model, '--size', flags.size, '--batch-size', flags['batch-size'], '--threads', '1'],
  ...['--checkpoint-steps', flags['checkpoint-steps'], ...flags.flags.split(' ').filter(Boolean)],
];

/** Starts a command; `done` gives its status and signal. */
function start(args) {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const state = { ended: false };
  const done = new Promise((settle) => {
    child.on('close', (status, signal) => {
      state.ended = true;
      settle({ status, signal, stderr });
    });
  });
  return { child, done, state };
}

/** Events of a run's log; a line cut off by a kill is left out. */
function events(out) {
  const log = out.replace(/\.onnx$/, '.train.jsonl');
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}

const savedStep = (out) =>
  events(out).reduce((step, e) => (e.type === 'state-saved' ? e.globalStep : step), -1);

/** Every tensor of the model file and of the last state, by name. */
function bitsOf(out) {
  const graph = readModel(out);
  const bits = new Map(
    parameterNames(graph).map((name) => [`file/${name}`, readTensor(graph.constant(name)).data]),
  );
  const state = readFileSync(join(out.replace(/\.onnx$/, '.run'), 'last.safetensors'));
  for (const [name, { data }] of readSafetensors(state, out).tensors) bits.set(name, data);
  return bits;
}

const whole = join(work, 'whole.onnx');
const began = performance.now();
const unbroken = await start(trainArgs(whole)).done;
if (unbroken.status !== 0) {
  console.error(`the unbroken run failed: ${unbroken.stderr}`);
  process.exit(1);
}
const seconds = (performance.now() - began) / 1000;
const steps = savedStep(whole);
const stamps = events(whole).filter((e) => e.type === 'state-saved');
const trainMs = Date.parse(stamps.at(-1).time) - Date.parse(stamps[0].time);
const shareMs = trainMs / kills;
note(`unbroken: ${steps} steps in ${seconds.toFixed(1)} s, ${(trainMs / 1000).toFixed(1)} s of it training`);

const out = join(work, 'broken.onnx');
const run = out.replace(/\.onnx$/, '.run');
const killedAt = [];
let early = 0;
let finished = null;
for (let i = 0; i < kills && finished === null; i++) {
  const resumed = existsSync(join(run, 'last.safetensors'));
  const { child, done, state } = start(resumed ? ['train', '--resume', run] : trainArgs(out));
  if (resumed && random.uniform() < EARLY) {
    early += 1;
    await sleep(random.uniform() * EARLY_MS);
  } else {
    const target = Math.floor(((i + random.uniform()) / kills) * steps);
    while (!state.ended && savedStep(out) < target) await sleep(5);
    await sleep(random.uniform() * 2 * shareMs);
  }
  child.kill('SIGKILL');
  const end = await done;
  if (end.signal !== 'SIGKILL') finished = end;
  else killedAt.push(savedStep(out));
  note(`kill ${i + 1}/${kills}: last saved step ${savedStep(out)} of ${steps}`);
}
finished ??= await start(['train', '--resume', run]).done;
if (finished.status !== 0) {
  console.error(`a resumed run failed: ${finished.stderr}`);
  process.exit(1);
}

const [expected, received] = [bitsOf(whole), bitsOf(out)];
const names = [...new Set([...expected.keys(), ...received.keys()])];
const different = names.filter((name) => {
  const [a, b] = [expected.get(name), received.get(name)];
  return a === undefined || b === undefined || !Buffer.from(a).equals(Buffer.from(b));
});
if (!flags.keep) rmSync(work, { recursive: true, force: true });
const verdict = { kills: killedAt.length, early, killedAt, steps, tensors: names.length, different };
if (flags.json) console.log(JSON.stringify(verdict));
else
  console.log(
    `${killedAt.length} kills (${early} of them at the start), ${names.length} tensors compared: ` +
      `${different.length === 0 ? 'identical' : `${different.length} differ: ${different.slice(0, 5).join(', ')}`}`,
  );
process.exit(different.length === 0 ? 0 : 1);
