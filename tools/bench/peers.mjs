// Saker's preprocessing rate beside torchvision, OpenCV and tf.data, in alternating rounds on this machine.
//   node tools/bench/peers.mjs [FOLDER] [--count 300] [--rounds 5] [--torch-python PY] [--tf-python PY] [--script FILE]
//                              [--out DIR | --no-file]
//
// FOLDER: pictures; default ../shared/data/imagenet-samples beside the clone. The rivals run by --script, default
// ../shared/peers/preprocess.py, under the Python interpreters of --torch-python and --tf-python (or the variables
// SAKER_TORCH_PYTHON and SAKER_TF_PYTHON); those that are not given are left out, and the report says so. Prints
// medians with the median absolute deviation over the rounds, and ratios paired by round; writes
// DIR/preprocess-YYYY-MM-DD.md, DIR being docs/benchmarks by default. Let nothing else run meanwhile.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median, show } from '../lib/statistics.mjs';
import { runPeer, runSaker, versionsOf } from './peers-run.mjs';

const root = resolve(import.meta.dirname, '../..');

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '300' },
      rounds: { type: 'string', default: '5' },
      'torch-python': { type: 'string', default: process.env.SAKER_TORCH_PYTHON },
      'tf-python': { type: 'string', default: process.env.SAKER_TF_PYTHON },
      script: { type: 'string', default: join(root, '../shared/peers/preprocess.py') },
      out: { type: 'string', default: join(root, 'docs/benchmarks') },
      'no-file': { type: 'boolean', default: false },
    },
  });
  const folder = resolve(positionals[0] ?? join(root, '../shared/data/imagenet-samples'));
  const [count, rounds] = [Number(values.count), Number(values.rounds)];
  const whole = [count, rounds].every((n) => Number.isInteger(n) && n > 0);
  if (!existsSync(folder) || !whole) {
    process.stderr.write(
      'peers: wants a folder of JPEG files, and whole numbers above 0 for --count and --rounds\n',
    );
    process.exit(2);
  }
  return { ...values, folder, count, rounds };
}

/** The tasks of a round: name, and what measures it once, as {figure name: rate}. */
function tasksOf(options) {
  const saker = (name, pipeline, threads) => ({
    name,
    run: () => runSaker(root, { ...options, pipeline, threads }),
  });
  const tasks = [
    saker('train224', 'train224', 1),
    saker('train224-jitter', 'train224-jitter', 1),
    saker('train224, 2 threads', 'train224', 2),
  ];
  const missing = [];
  const pythons = {
    'torch-python': [
      'torchvision-pil',
      'torchvision-tensor',
      'opencv',
      'torchvision-pil+jitter',
      'torchvision-tensor+jitter',
    ],
    'tf-python': ['tfdata', 'tfdata+jitter'],
  };
  for (const [flag, peers] of Object.entries(pythons)) {
    const python = options[flag];
    if (!python || !existsSync(options.script)) {
      const why = python ? 'the script of the rivals is not there' : `no --${flag} given`;
      missing.push(`${peers.join(', ')}: not measured (${why})`);
      continue;
    }
    for (const peer of peers) tasks.push({ name: peer, run: () => runPeer(python, peer, options) });
  }
  return { tasks, missing };
}

/** Every ratio that both sides were measured for: [what, values by round, what it should be]. */
function ratios(rates) {
  const rows = [];
  const add = (what, above, below, bar) => {
    if (rates[above] && rates[below]) rows.push([what, rates[above].map((v, i) => v / rates[below][i]), bar]);
  };
  const rivals = Object.keys(rates).filter((name) => /^(torchvision|opencv|tfdata)/.test(name));
  const best = (names) => names.toSorted((a, b) => median(rates[b]) - median(rates[a]))[0];
  const top = best(rivals.filter((name) => !name.includes('+')));
  add(`train224 over the best rival (${top})`, 'train224', top, '>= 1.8');
  for (const name of rivals.filter((rival) => rival.includes('+'))) {
    add(`train224-jitter over ${name}`, 'train224-jitter', name, name.startsWith('tf') ? '>= 2.5' : '>= 4');
  }
  add('CPU time of train224 over the floor', 'libjpeg-turbo floor', 'train224', '<= 1.25');
  add(
    'CPU time of train224-jitter over the floor',
    'libjpeg-turbo floor (jitter)',
    'train224-jitter',
    '<= 1.5',
  );
  add('our decoder over the floor', 'our decoder', 'libjpeg-turbo floor', '');
  add('two threads over one, by the clock', 'two threads (images/s)', 'one thread (images/s)', '>= 1.9');
  return rows;
}

function report(rates, versions, missing, options) {
  const rateRows = Object.entries(rates).map(([name, values]) => `| ${name} | ${show(values, 0)} |`);
  const ratioRows = ratios(rates).map(([what, values, bar]) => `| ${what} | ${show(values, 2)} | ${bar} |`);
  return [
    `# Preprocessing rates, ${new Date().toISOString().slice(0, 10)}`,
    '',
    `Written by tools/bench/peers.mjs. ${options.rounds} alternating rounds over ${versions.images} photos, one thread unless said;`,
    'medians with the median absolute deviation, in images per CPU second unless said.',
    '',
    `- Machine: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} processors, SIMD ${versions.simdTarget}`,
    ...versions.lines.map((line) => `- ${line}`),
    ...missing.map((line) => `- ${line}`),
    '',
    '| | rate |',
    '|---|---|',
    ...rateRows,
    '',
    '| ratio, paired by round | | wanted |',
    '|---|---|---|',
    ...ratioRows,
    '',
  ].join('\n');
}

function main() {
  const options = readOptions();
  const { tasks, missing } = tasksOf(options);
  const rates = {};
  let versions = null;
  for (let round = 0; round < options.rounds; round++) {
    // Every task is first, and last, about equally often.
    const at = round % tasks.length;
    const order = [...tasks.slice(at), ...tasks.slice(0, at)];
    for (const task of round % 2 ? order.reverse() : order) {
      const { figures, machine, images } = task.run();
      if (machine)
        versions = { simdTarget: machine.simdTarget, images, lines: versionsOf(root, machine, options) };
      for (const [name, rate] of Object.entries(figures)) {
        rates[name] ??= [];
        rates[name].push(rate);
      }
    }
    process.stderr.write(`round ${round + 1} of ${options.rounds}\n`);
  }
  const text = report(rates, versions, missing, options);
  process.stdout.write(text);
  if (options['no-file']) return;
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, `preprocess-${new Date().toISOString().slice(0, 10)}.md`), text);
}

main();
