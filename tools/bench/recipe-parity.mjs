// Recipe parity: the same pictures, split, initial weights, rate and augmentation, trained by Saker and by PyTorch.
//   node tools/bench/recipe-parity.mjs scratch|fine-tune FOLDER --python PY --script FILE.py [--model NAME|FILE.onnx]
//        [--size 224] [--epochs 10] [--batch 16] [--lr 0.02] [--seeds 0,1,2] [--threads 1] [--side both|saker|pytorch]
//        [--flags="--ema 0.98 ..."] [--mean .5 --std .5] [--work DIR] [--json]
//
// FOLDER holds class folders, or train/ and val/ with class folders. Class folders are split by name: one picture in
// --held (5) goes to val/ when scratch, one in four when fine-tune; the sha256 of its file name decides, so that every
// side and seed sees the same split.
//
// scratch: --script is a script with the command line of a plain torchvision run, FOLDER ARCH EPOCHS --batch --lr
// --seed --weights STATE.pth --workers, which prints `val accuracy X` per epoch; its 224 and 256 are replaced by --size
// and by what Saker's evaluation resizes to: --size/0.875, or --size for thumbnails. Both sides start from one state dict for each seed (the classifier is drawn by each), and train with
// plain SGD (momentum 0.9, no decay, constant rate, no smoothing, no clipping), RandomResizedCrop and flips.
// fine-tune: --script takes MODEL.onnx FOLDER --seed --size --mean --std; Saker runs its own defaults and --flags.
//
// Prints per seed the accuracy of the best and of the last epoch, and the mean of the last quarter of the epochs; then
// their means over seeds, the difference, and the standard error of it. Times are wall and CPU seconds of whole runs.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isThumbnail } from '@saker/spec';
import { difference, summary } from './seeds.mjs';
import { timedRun } from './timed-run.mjs';

const bin = resolve(import.meta.dirname, '../../packages/cli/bin/saker.js');
const { values: o, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: process.env.SAKER_TORCH_PYTHON },
    script: { type: 'string' },
    model: { type: 'string', default: 'resnet18' },
    size: { type: 'string', default: '224' },
    epochs: { type: 'string', default: '10' },
    batch: { type: 'string', default: '16' },
    lr: { type: 'string', default: '0.02' },
    held: { type: 'string' },
    seeds: { type: 'string', default: '0,1,2' },
    threads: { type: 'string', default: '1' },
    side: { type: 'string', default: 'both' },
    flags: { type: 'string', default: '' },
    mean: { type: 'string', default: '0.5' },
    std: { type: 'string', default: '0.5' },
    work: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
});
const [mode, source] = positionals;
const sides = o.side === 'both' ? ['saker', 'pytorch'] : [o.side];
if (!['scratch', 'fine-tune'].includes(mode) || source === undefined) {
  console.error(
    'usage: node tools/bench/recipe-parity.mjs scratch|fine-tune FOLDER ...; the head of the file says more',
  );
  process.exit(2);
}
if (sides.includes('pytorch') && !(o.python && o.script)) {
  console.error('PyTorch needs --python and --script; --side saker goes without.');
  process.exit(2);
}
const work = mkdtempSync(join(o.work, 'recipe-parity-'));
const threadsOfPython = { ...process.env, OMP_NUM_THREADS: o.threads };

/** Copies the pictures into train/ and val/. */
function split() {
  const folder = join(work, 'data');
  if (existsSync(join(source, 'train'))) {
    for (const part of ['train', 'val']) cpSync(join(source, part), join(folder, part), { recursive: true });
    return folder;
  }
  const every = BigInt(o.held ?? (mode === 'scratch' ? 5 : 4));
  for (const name of readdirSync(source)) {
    for (const file of readdirSync(join(source, name))) {
      const hash = BigInt(`0x${createHash('sha256').update(file).digest('hex')}`);
      const to = join(folder, hash % every === 0n ? 'val' : 'train', name);
      mkdirSync(to, { recursive: true });
      cpSync(join(source, name, file), join(to, file));
    }
  }
  return folder;
}

/** One state dict of torchvision for both sides. */
async function initialWeights(seed) {
  const file = join(work, `initial-${seed}.pth`);
  const program = [
    'import sys, torch, torchvision',
    'torch.manual_seed(1000 + int(sys.argv[2]))',
    'torch.save(getattr(torchvision.models, sys.argv[1])(weights=None).state_dict(), sys.argv[3])',
  ].join('\n');
  await timedRun(o.python, ['-c', program, o.model, String(seed), file]);
  return file;
}

const PLAIN = {
  optimizer: 'sgd',
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
  clipGradNorm: null,
  schedule: 'constant',
  warmup: 0,
  labelSmoothing: 0,
  patience: null,
  scale: [0.08, 1],
};

const sakerRuns = {
  scratch: async (folder, seed) => {
    const config = join(work, 'scratch.json');
    writeFileSync(config, JSON.stringify(PLAIN));
    return [
      ...[
        'train',
        folder,
        '--config',
        config,
        '--recipe',
        'scratch',
        '--weights',
        await initialWeights(seed),
      ],
      ...['--model', o.model, '--size', o.size, '--epochs', o.epochs, '--batch-size', o.batch, '--lr', o.lr],
    ];
  },
  'fine-tune': async (folder) => [
    ...['train', folder, '--model', o.model, '--recipe', 'fine-tune'],
    ...['--mean', [o.mean, o.mean, o.mean].join(), '--std', [o.std, o.std, o.std].join()],
  ],
};

async function saker(folder, seed) {
  const out = join(work, `saker-${seed}.onnx`);
  const args = [
    ...(await sakerRuns[mode](folder, seed)),
    ...['--seed', String(seed), '--threads', o.threads, '--no-baseline', '--quiet', '--json', '--out', out],
    ...o.flags.split(' ').filter(Boolean),
  ];
  const run = await timedRun(process.execPath, [bin, ...args]);
  const events = readFileSync(out.replace(/\.onnx$/, '.train.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(JSON.parse);
  const accuracies = events.filter((e) => e.type === 'epoch-end').map((e) => e.result.valAccuracy);
  return { ...run, accuracies, shipped: JSON.parse(run.output.trim().split('\n').at(-1)).bestValAccuracy };
}

function scriptOfSize() {
  const side = Number(o.size);
  const text = readFileSync(o.script, 'utf8')
    .replaceAll(/(?<![.\d])224\b/g, String(side))
    .replaceAll(/(?<![.\d])256\b/g, String(isThumbnail(side) ? side : Math.round(side / 0.875)));
  const file = join(work, 'script.py');
  writeFileSync(file, text);
  return file;
}

const pytorchRuns = {
  scratch: async (folder, seed) => [
    ...[scriptOfSize(), folder, o.model, o.epochs, '--batch', o.batch, '--lr', o.lr, '--opt', 'sgd'],
    ...['--weights', await initialWeights(seed), '--workers', o.threads],
  ],
  'fine-tune': async (folder) => [
    ...[o.script, resolve(o.model), folder, '--size', o.size, '--mean', o.mean, '--std', o.std],
  ],
};

async function pytorch(folder, seed) {
  const args = [...(await pytorchRuns[mode](folder, seed)), '--seed', String(seed)];
  const run = await timedRun(o.python, args, { env: threadsOfPython });
  const accuracies = [...run.output.matchAll(/val accuracy ([\d.]+)/g)].map((found) => Number(found[1]));
  return { ...run, accuracies };
}

const folder = split();
const counts = ['train', 'val'].map((part) => {
  const files = readdirSync(join(folder, part), { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).length;
});
console.error(`${mode}, ${o.model}, ${counts[0]} training and ${counts[1]} validation pictures`);
const results = { saker: [], pytorch: [] };
for (const [n, seed] of o.seeds.split(',').map(Number).entries()) {
  for (const side of n % 2 ? [...sides].reverse() : sides) {
    const run = await (side === 'saker' ? saker : pytorch)(folder, seed);
    const { output: _, ...figures } = { seed, ...run, ...summary(run.accuracies) };
    results[side].push(figures);
    const told = ['best', 'last', 'tail'].map((name) => `${name} ${figures[name].toFixed(4)}`).join(', ');
    console.error(
      `  ${side} seed ${seed}: ${told}; ${run.seconds.toFixed(0)} s wall, ${run.cpu.toFixed(0)} s CPU`,
    );
  }
}
const compared = sides.length === 2 ? difference(results.saker, results.pytorch) : undefined;
if (o.json) console.log(JSON.stringify({ mode, model: o.model, counts, ...results, compared }));
else if (compared) {
  for (const [name, row] of Object.entries(compared)) {
    const points = `${(100 * row.difference).toFixed(2)} +- ${(100 * row.error).toFixed(2)} points`;
    console.log(
      `${name}: saker ${row.ours.toFixed(4)}, pytorch ${row.theirs.toFixed(4)}, difference ${points}`,
    );
  }
}
