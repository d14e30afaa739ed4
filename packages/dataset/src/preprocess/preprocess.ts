/** Batch preprocessing: labelled pictures in, shards and an index out. */
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { SakerError } from '@saker/spec';
import { scanDataset } from '../scan.js';
import type { Dataset, Sample } from '../types.js';
import { shardRows, writeJobIndex } from './job-index.js';
import { lockPart } from './lock.js';
import { jpegPictures, tensorPictures } from './picture.js';
import { refuseInside, refuseOverwriting } from './places.js';
import { agreeOnPlan, makeFolder, makePlan, shardOrder, shardStem } from './plan.js';
import { shardIndex, writeShard } from './shard.js';
import { shardFiles } from './shard-writers.js';
import type { PreprocessOptions, PreprocessResult, ShardFormat } from './types.js';

const WHOLE = { index: 0, count: 1 } as const;

function refuse(name: string, expected: string, received: unknown): never {
  throw new SakerError('E_ARG_INVALID', { name, expected, received: String(received) });
}

function checkOptions(options: PreprocessOptions): void {
  const { format = 'webdataset', part = WHOLE, pipeline } = options;
  const tensors = format !== 'webdataset';
  if (tensors && pipeline === undefined) refuse('pipeline', `a pipeline for ${format} shards`, 'none');
  for (const name of ['maxSide', 'quality'] as const) {
    if (tensors && options[name] !== undefined) refuse(name, 'it with webdataset only', `it with ${format}`);
  }
  if (!tensors && options.dtype !== undefined)
    refuse('dtype', 'it with npy or safetensors', 'it with webdataset');
  if (!(Number.isInteger(part.count) && part.index >= 0 && part.index < part.count))
    refuse('part', 'an index from 0 to count - 1', `${part.index} of ${part.count}`);
}

/** Half an index that grew no more for so long is nobody's. */
const ABANDONED_MS = 60_000;

/**
 * Removes what a killed run left half written: of this part, or all of it when there are no other parts. Any part may
 * write the index of the whole job, so half an index goes when it is old.
 */
async function removeLeftovers(out: string, own: readonly string[], alone: boolean): Promise<void> {
  const stems = new Set(own.map((stem) => basename(stem)));
  for (const name of await readdir(out)) {
    if (!/\.\d+\.part$/.test(name)) continue;
    const file = join(out, name);
    const ofJob = /^(index|quarantine|job)\./.test(name);
    const touched = ofJob && !alone ? await stat(file).catch(() => null) : null;
    const abandoned = touched !== null && Date.now() - touched.mtimeMs > ABANDONED_MS;
    if (alone || abandoned || stems.has(name.slice(0, name.indexOf('.')))) await rm(file, { force: true });
  }
}

const finished = (format: ShardFormat, stem: string): boolean =>
  [shardIndex(stem), ...shardFiles(format, stem)].every((file) => existsSync(file));

/** How the shards of a job are made: what a picture becomes, and the shape of tensors. */
function picturesOf(options: PreprocessOptions) {
  const { format = 'webdataset', pipeline, seed = 0, dtype } = options;
  if (format === 'webdataset' || pipeline === undefined) return { tensor: null, make: null };
  // Shards hold no bf16; f32 holds all of its values.
  const own = pipeline.output.dtype === 'bf16' ? 'f32' : pipeline.output.dtype;
  const { make, ...tensor } = tensorPictures(pipeline, dtype ?? own, seed);
  return { tensor, make };
}

interface Counts {
  written: number;
  quarantined: number;
  kept: number;
  worked: number;
}

async function countKept(stem: string, counts: Counts): Promise<void> {
  counts.kept += 1;
  for await (const row of shardRows(stem)) {
    if (row.status === 'ok') counts.written += 1;
    else counts.quarantined += 1;
  }
}

/**
 * Writes the shards of this part, and index.csv when all parts are done. A picture that cannot be used goes into
 * quarantine.csv with its reason. Shards get their names when they are whole, so a killed job leaves finished shards;
 * with `resume` the rest is made, and the folder ends up byte for byte as if nothing had happened. Bytes depend on the
 * data and the options but not on threads, parts or interruptions. Memory: a few pictures for each thread, and the
 * list of names.
 * @throws SakerError E_ARG_INVALID, E_OUT_EXISTS, E_OUT_BUSY, E_PIPELINE_UNSUPPORTED, E_FILE_WRITE, E_DISK_FULL (finished
 * shards stay), and those of `scanDataset`.
 */
export async function preprocess(options: PreprocessOptions): Promise<PreprocessResult> {
  checkOptions(options);
  const { out, part = WHOLE } = options;
  const pictures = picturesOf(options);
  const started = performance.now();
  await refuseInside(options.data, out);
  const { onScan } = options;
  const data = await scanDataset(options.data, onScan ? { onProgress: onScan } : {});
  if (data.multiLabel && (options.format ?? 'webdataset') !== 'webdataset')
    throw new SakerError('E_DATA_TASK', {
      path: options.data,
      task: 'multi',
      detail: `${options.format} shards hold one label for each picture; write pictures with --format webdataset`,
    });
  await refuseOverwriting(options.data, data, out);
  await makeFolder(out);
  const release = await lockPart(out, part);
  try {
    const result = await writeShards(options, data, pictures);
    return { ...result, seconds: (performance.now() - started) / 1000 };
  } finally {
    await release();
  }
}

/** The part of the job, with the lock held. */
async function writeShards(
  options: PreprocessOptions,
  data: Dataset,
  { tensor, make: tensorMake }: ReturnType<typeof picturesOf>,
): Promise<Omit<PreprocessResult, 'seconds'>> {
  const { out, format = 'webdataset', part = WHOLE, signal } = options;
  const plan = makePlan(data, options, tensor);
  await agreeOnPlan(out, plan);
  const shards: number[] = [];
  for (let shard = part.index; shard < plan.shards; shard += part.count) shards.push(shard);
  const stems = shards.map((shard) => shardStem(out, shard));
  const before = stems.filter((stem) => finished(format, stem));
  if (before.length > 0 && !options.resume)
    throw new SakerError('E_OUT_EXISTS', {
      path: out,
      detail: `${before.length} finished shards of this job`,
    });
  await removeLeftovers(out, stems, part.count === 1);

  const make = tensorMake ?? jpegPictures(plan);
  const order = shardOrder(plan);
  const numbers = (shard: number): Uint32Array =>
    order.subarray(shard * plan.shardSize, (shard + 1) * plan.shardSize);
  const total = shards.reduce((sum, shard) => sum + numbers(shard).length, 0);
  const counts: Counts = { written: 0, quarantined: 0, kept: 0, worked: 0 };
  const report = (): void => {
    const done = counts.written + counts.quarantined;
    options.onProgress?.({ done, total, worked: counts.worked, shards: shards.length });
  };
  const onPicture = (sample: Sample, error: SakerError | null): void => {
    counts.worked += 1;
    if (error) {
      counts.quarantined += 1;
      options.onQuarantine?.(sample.name, error);
    } else counts.written += 1;
    report();
  };

  let stopped: PreprocessResult['stopped'] = 'end';
  for (const shard of shards) {
    const stem = shardStem(out, shard);
    if (finished(format, stem)) {
      await countKept(stem, counts);
      report();
      continue;
    }
    const samples = Array.from(numbers(shard), (index) => ({ sample: data.samples[index] as Sample, index }));
    const threads = options.threads ?? availableParallelism();
    const job = { format, stem, samples, classes: data.classes, tensor, make, threads, signal, onPicture };
    if (!(await writeShard(job))) {
      stopped = 'cancelled';
      break;
    }
  }
  const complete = stopped === 'end' && (await writeJobIndex(out, plan));
  const { written, quarantined, kept, worked } = counts;
  const { length } = shards;
  return { written, quarantined, shards: length, kept, shardsOfAll: plan.shards, complete, worked, stopped };
}
