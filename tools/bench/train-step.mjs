// A training step beside PyTorch's, in alternating rounds on this machine.
//   node tools/bench/train-step.mjs [--models resnet18,mobilenet_v2] [--batch 16] [--size 224] [--threads 2]
//                                   [--rounds 5] [--steps 2] [--folder DIR] [--python PY]
//
// Both sides train the same zoo model with new weights (SGD with momentum, channels-last, cross-entropy) on one batch
// that stays in memory, each in a process that lives for all rounds; --steps steps a round, the order swapped each
// round. With --folder (class folders of JPEG pictures) each round also runs one epoch end to end: Saker's loader and
// step, torchvision's ImageFolder and DataLoader with 2 workers and step. PyTorch runs under --python, or
// SAKER_TORCH_PYTHON; without it only Saker is measured. Prints, per model, the median and spread of both, of the
// ratios paired by round (above 1: Saker is faster), and of CPU time, the DataLoader's workers included, which says more
// than wall time where other programs run. The batch size, the threads and the versions stand in the output.
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { show } from '../lib/statistics.mjs';

const { values: o } = parseArgs({
  options: {
    models: { type: 'string', default: 'resnet18,mobilenet_v2' },
    batch: { type: 'string', default: '16' },
    size: { type: 'string', default: '224' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '2' },
    folder: { type: 'string' },
    python: { type: 'string', default: process.env.SAKER_TORCH_PYTHON },
  },
});

/** A process that answers one line with one JSON line. */
function peer(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args.join(' ')} ended`);
    return JSON.parse(value);
  };
  return {
    hello: next(),
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    end: () => child.stdin.end(),
  };
}

async function compare(model) {
  const shape = [model, o.batch, o.size, o.threads, ...(o.folder ? [resolve(o.folder)] : [])];
  const ours = peer(process.execPath, [join(import.meta.dirname, 'train-step-saker.mjs'), ...shape]);
  const theirs = o.python ? peer(o.python, [join(import.meta.dirname, 'train_step.py'), ...shape]) : null;
  const versions = [(await ours.hello).version, theirs && (await theirs.hello).version];
  const both = theirs ? [ours, theirs] : [ours];
  for (const side of both) await side.ask('steps 1'); // warm-up
  const tasks = [`steps ${o.steps}`, ...(o.folder ? ['epoch'] : [])];
  const rounds = [];
  for (let round = 0; round < Number(o.rounds); round++) {
    const order = round % 2 ? [...both].reverse() : both;
    for (const task of tasks) {
      const answers = new Map();
      for (const side of order) answers.set(side, await side.ask(task));
      rounds.push({ task, ours: answers.get(ours), theirs: theirs && answers.get(theirs) });
    }
  }
  for (const side of both) side.end();
  console.log(`${model}, batch ${o.batch}, ${o.size} pixels, ${o.threads} threads, ${o.rounds} rounds`);
  for (const task of tasks) {
    const done = rounds.filter((r) => r.task === task);
    const rate = (side) => done.map((r) => r[side].images / r[side].seconds);
    console.log(`  ${task}`);
    console.log(`    saker, libtorch ${versions[0]}: ${show(rate('ours'), 1)} images/s`);
    const waits = done.map((r) => r.ours.loaderWait).filter((w) => w !== undefined);
    if (waits.length > 0) console.log(`    saker waits for the loader: ${show(waits.map((w) => 100 * w))} %`);
    if (!theirs) continue;
    console.log(`    pytorch ${versions[1]}: ${show(rate('theirs'), 1)} images/s`);
    const ratio = done.map((r) => r.theirs.seconds / r.theirs.images / (r.ours.seconds / r.ours.images));
    console.log(`    ratio of rates, by round: ${show(ratio)}`);
    const cpu = (side) => done.map((r) => r[side].cpu / r[side].images);
    console.log(
      `    CPU ms an image: saker ${show(
        cpu('ours').map((v) => v * 1e3),
        1,
      )}, pytorch ${show(
        cpu('theirs').map((v) => v * 1e3),
        1,
      )}`,
    );
    console.log(`    ratio of CPU times, by round: ${show(done.map((r) => r.theirs.cpu / r.ours.cpu))}`);
  }
}

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} CPUs`);
for (const model of o.models.split(',')) await compare(model);
