/** What a batch job will write, decided before the first picture; OUT/job.json holds it. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type PipelineSpec, pipelineHash, Random, SakerError, writeFailed } from '@saker/spec';
import type { Dataset } from '../types.js';
import { writeWhole } from './files.js';
import type { TensorLayout } from './picture.js';
import type { PreprocessOptions, ShardFormat } from './types.js';

const SHARD_BYTES = 256 * 1024 * 1024;
const MAX_SHARD_SIZE = 1000;
const BYTES = { u8: 1, f16: 2, f32: 4 } as const;

/** Two jobs with equal plans write equal shards. Where the data lies and how the job is divided are not in it. */
export interface JobPlan {
  readonly version: 1;
  readonly format: ShardFormat;
  readonly pipeline: PipelineSpec | null;
  readonly pipelineHash: string | null;
  readonly maxSide: number | null;
  readonly quality: number | null;
  readonly dtype: TensorLayout['dtype'] | null;
  /** Of one picture in a tensor shard. */
  readonly shape: readonly number[] | null;
  readonly seed: number;
  readonly shardSize: number;
  readonly shards: number;
  readonly pictures: number;
  readonly classes: readonly string[];
  readonly data: string;
}

export const DEFAULT_QUALITY = 90;

export function makePlan(data: Dataset, options: PreprocessOptions, tensor: TensorLayout | null): JobPlan {
  const { format = 'webdataset', pipeline = null, seed = 0, maxSide, quality } = options;
  const itemBytes = tensor ? tensor.shape.reduce((a, b) => a * b, BYTES[tensor.dtype]) : 0;
  const fitting = tensor ? Math.floor(SHARD_BYTES / itemBytes) : MAX_SHARD_SIZE;
  const shardSize = options.shardSize ?? Math.max(1, Math.min(MAX_SHARD_SIZE, fitting));
  const pictures = data.samples.length;
  return {
    version: 1,
    format,
    pipeline,
    pipelineHash: pipeline === null ? null : pipelineHash(pipeline),
    maxSide: maxSide ?? null,
    quality: tensor ? null : (quality ?? DEFAULT_QUALITY),
    dtype: tensor?.dtype ?? null,
    shape: tensor?.shape ?? null,
    ...{ seed, shardSize, shards: Math.ceil(pictures / shardSize), pictures },
    classes: data.classes,
    data: data.hash,
  };
}

/** Numbers of the pictures in the order in which shards take them: shuffled, so that no shard is all one class. */
export function shardOrder(plan: Pick<JobPlan, 'pictures' | 'seed'>): Uint32Array {
  const order = Uint32Array.from({ length: plan.pictures }, (_, i) => i);
  const random = new Random(plan.seed);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/** Path of a shard without its extension. */
export function shardStem(out: string, shard: number): string {
  return join(out, `shard-${String(shard).padStart(6, '0')}`);
}

/** Makes the folder for the shards. @throws SakerError E_FILE_WRITE, E_DISK_FULL. */
export async function makeFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true }).catch(async (cause: Error) => {
    // For a file system that is read-only Node reports ENOENT from here; without `recursive` it tells the truth.
    const plain = await mkdir(out).catch((error: NodeJS.ErrnoException) => error);
    throw writeFailed(out, plain && plain.code !== 'ENOENT' ? plain : cause);
  });
}

/**
 * Writes OUT/job.json, or compares with the one that is there.
 * @throws SakerError E_OUT_EXISTS naming what differs, E_FILE_WRITE, E_FILE_READ.
 */
export async function agreeOnPlan(out: string, plan: JobPlan): Promise<void> {
  const file = join(out, 'job.json');
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
  });
  if (text === null) {
    await writeWhole(file, [`${JSON.stringify(plan, null, 2)}\n`]);
    return;
  }
  let there: Partial<Record<string, unknown>>;
  try {
    there = JSON.parse(text) as Partial<Record<string, unknown>>;
  } catch (cause) {
    throw new SakerError('E_FILE_READ', { file, detail: (cause as Error).message }, { cause });
  }
  const differing = Object.entries(plan).filter(
    ([name, value]) => canonicalJson(value) !== canonicalJson((there?.[name] ?? null) as never),
  );
  if (differing.length === 0) return;
  const names = differing.map(([name]) => name).join(', ');
  throw new SakerError('E_OUT_EXISTS', {
    path: out,
    detail: `the output of another job (it differs in: ${names})`,
  });
}
