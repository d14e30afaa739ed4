/**
 * How many pictures one core turns into training tensors:
 *   JPEG file > RandomResizedCrop > RandomHorizontalFlip > Normalize > f32 NCHW
 *
 *   node bench/index.js [FOLDER] [--size 224] [--rounds 7] [--dct off|auto] [--jitter] [--images 100] [--json]
 *
 * Two tasks alternate within every round, after a warm-up and a check that the fused executor equals the
 * reference: `decode` (whole picture to RGB, nothing else) and `train` (the pipeline, one thread). Figures are
 * pictures per second of CPU time (all threads of this process counted), median and median absolute deviation
 * over the rounds. FOLDER is searched for .jpg and .jpeg files; default: ../shared/data/imagenet-samples beside
 * the checkout.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { capabilities, compilePipeline, decode } from '@saker/core-native';
import { trainPipeline } from '@saker/spec';

const defaultFolder = fileURLToPath(new URL('../../../../shared/data/imagenet-samples', import.meta.url));

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: { type: 'string', default: '224' },
      rounds: { type: 'string', default: '7' },
      images: { type: 'string', default: '100' },
      dct: { type: 'string', default: 'auto' },
      jitter: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const folder = positionals[0] ?? defaultFolder;
  if (!existsSync(folder)) {
    process.stderr.write(`bench: no folder ${folder}. Give a folder of JPEG files.\n`);
    process.exit(2);
  }
  const [size, rounds, images] = [values.size, values.rounds, values.images].map(Number);
  return { folder, size, rounds, images, dct: values.dct, jitter: values.jitter, json: values.json };
}

function readFiles(folder, most) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.jpe?g$/i.test(name));
  if (names.length === 0) {
    process.stderr.write(`bench: no .jpg or .jpeg file in ${folder}.\n`);
    process.exit(3);
  }
  return names
    .sort()
    .slice(0, most)
    .map((name) => readFileSync(join(folder, name)));
}

function benchPipeline({ size, dct, jitter }) {
  const spec = trainPipeline({ size, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
  const colour = { brightness: [0.6, 1.4], contrast: [0.6, 1.4], saturation: [0.6, 1.4], hue: [-0.1, 0.1] };
  const ops = spec.ops.filter((op) => op.op !== 'ColorJitter');
  const at = ops.findIndex((op) => op.op === 'Normalize');
  if (jitter) ops.splice(at, 0, { op: 'ColorJitter', ...colour });
  return compilePipeline({ ...spec, ops, decode: { dct_scaling: dct } });
}

/** Largest difference between the executors on a few pictures; both give normalised f32. */
async function checkExecutors(pipeline, files) {
  let worst = 0;
  for (const [sampleId, file] of files.slice(0, 5).entries()) {
    const fused = await pipeline.runImage(file, { sampleId });
    const reference = await pipeline.runImage(file, { sampleId, executor: 'reference' });
    for (let i = 0; i < fused.data.length; i++) {
      worst = Math.max(worst, Math.abs(fused.data[i] - reference.data[i]));
    }
  }
  // One u8 level is 0.017 of these values; the twin test of the executor holds the exact bound.
  if (!(worst < 1e-3)) throw new Error(`fused and reference differ by ${worst}`);
  return worst;
}

async function cpuSeconds(task) {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function summary(rates) {
  const middle = median(rates);
  const round = (v) => Math.round(v * 10) / 10;
  return { median: round(middle), mad: round(median(rates.map((r) => Math.abs(r - middle)))) };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null;
  }
}

async function main() {
  const options = readOptions();
  const files = readFiles(options.folder, options.images);
  const pipeline = benchPipeline(options);
  const executorDifference = await checkExecutors(pipeline, files);
  const elements = pipeline.outputShape.channels * options.size * options.size;
  const out = new Float32Array(files.length * elements);

  let failed = 0;
  const tasks = {
    decode: async () => {
      for (const file of files) await decode(file).catch(() => undefined);
    },
    train: async (epoch) => {
      const { statuses } = await pipeline.runBatch(files, { out, epoch, threads: 1 });
      failed = statuses.filter((status) => status !== null).length;
    },
  };
  const rates = { decode: [], train: [] };
  for (const task of Object.values(tasks)) await task(0);
  for (let round = 1; round <= options.rounds; round++) {
    const order = round % 2 ? ['decode', 'train'] : ['train', 'decode'];
    for (const name of order) rates[name].push(files.length / (await cpuSeconds(() => tasks[name](round))));
  }

  const { simdTarget, codecs } = capabilities();
  const result = {
    task: `RandomResizedCrop(${options.size}) > flip${options.jitter ? ' > ColorJitter' : ''} > Normalize > f32, DCT ${options.dct}`,
    pictures: files.length,
    failed,
    rounds: options.rounds,
    decodeOnly: summary(rates.decode),
    train: summary(rates.train),
    unit: 'pictures per CPU second',
    executorDifference,
    simdTarget,
    jpeg: codecs.jpeg,
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    commit: commit(),
  };
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  process.stdout.write(
    `${result.task}\n` +
      `${result.pictures} pictures (${failed} failed), ${result.rounds} rounds, ${result.cpu}, ${simdTarget}, libjpeg-turbo ${result.jpeg}, Node ${result.node}\n` +
      `decode only    ${result.decodeOnly.median} +- ${result.decodeOnly.mad} pictures per CPU second\n` +
      `train pipeline ${result.train.median} +- ${result.train.mad} pictures per CPU second\n`,
  );
}

await main();
