/** One shard from its pictures, in order, with a few of them in work at once. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { SakerError } from '@saker/spec';
import { readSample } from '../sample-place.js';
import type { Sample } from '../types.js';
import { writeWhole } from './files.js';
import { limiter } from './limiter.js';
import type { MakePicture, TensorLayout } from './picture.js';
import { openShard, shardFiles } from './shard-writers.js';
import type { IndexRow, ShardFormat } from './types.js';

/** A picture of the shard and its number in the data. */
export interface ShardSample {
  readonly sample: Sample;
  readonly index: number;
}

export interface ShardJob {
  readonly format: ShardFormat;
  /** Path without extension. */
  readonly stem: string;
  readonly samples: readonly ShardSample[];
  readonly classes: readonly string[];
  readonly tensor: TensorLayout | null;
  readonly make: MakePicture;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onPicture: (sample: Sample, error: SakerError | null) => void;
}

interface Made {
  readonly sha256: string;
  readonly size: number;
  readonly content: Uint8Array | null;
  readonly error: SakerError | null;
}

/** Name of a shard's index. It is written last: where it stands, the shard is finished. */
export const shardIndex = (stem: string): string => `${stem}.jsonl`;

/** Faults of one file; everything else ends the job. */
const ofThePicture = ({ code }: SakerError): boolean =>
  code.startsWith('E_IMAGE_') || code === 'E_FILE_NOT_FOUND' || code === 'E_FILE_READ';

async function read(sample: Sample): Promise<Uint8Array> {
  const { name } = sample;
  try {
    return await readSample(sample);
  } catch (cause) {
    if (cause instanceof SakerError) throw cause;
    // The error number only: the whole message would hold a path of this machine.
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file: name }, { cause });
    throw new SakerError('E_FILE_READ', { file: name, detail: code }, { cause });
  }
}

async function makeOne({ sample, index }: ShardSample, make: MakePicture): Promise<Made> {
  let sha256 = '';
  let size = 0;
  try {
    const bytes = await read(sample);
    sha256 = createHash('sha256').update(bytes).digest('hex');
    size = bytes.length;
    return { sha256, size, content: await make(bytes, index), error: null };
  } catch (thrown) {
    const error = SakerError.from(thrown).with({ file: sample.name });
    if (!ofThePicture(error)) throw error;
    return { sha256, size, content: null, error };
  }
}

/**
 * Writes the shard and then its index. Nothing with a final name is left by a shard that was not finished.
 * @returns false when the signal stopped it.
 * @throws SakerError E_FILE_WRITE, and what is no fault of a picture.
 */
export async function writeShard(job: ShardJob): Promise<boolean> {
  const { samples, make, threads, signal, classes } = job;
  const writer = await openShard(job.format, job.stem, job.tensor);
  const file = basename(shardFiles(job.format, job.stem)[0] as string);
  const rows: string[] = [];
  const inWork: Promise<Made>[] = [];
  const inTurn = limiter(threads);
  let next = 0;
  const launch = (): void => {
    // Twice as many as may work, so that one slow picture at the head leaves the others busy.
    while (next < samples.length && inWork.length < 2 * threads) {
      const at = samples[next++] as ShardSample;
      const made = inTurn(() => makeOne(at, make));
      made.catch(() => undefined);
      inWork.push(made);
    }
  };
  try {
    for (const { sample, index } of samples) {
      if (signal?.aborted) {
        await Promise.allSettled(inWork);
        await writer.discard();
        return false;
      }
      launch();
      const { content, error, sha256, size } = await (inWork.shift() as Promise<Made>);
      const labels = sample.labels?.map((one) => classes[one] as string);
      const label = labels?.join('|') ?? (classes[sample.label] as string);
      const item = { index, path: sample.name, label, labelIndex: sample.label, split: sample.split };
      const many = labels ? { labels } : {};
      const key = content === null ? '' : await writer.add({ ...item, ...many, content });
      const row: IndexRow = {
        ...{ path: sample.name, label, sha256, size, status: error?.code ?? 'ok' },
        ...{ shard: content === null ? '' : file, key, reason: error?.message ?? '' },
      };
      rows.push(`${JSON.stringify(row)}\n`);
      job.onPicture(sample, error);
    }
    await writer.commit();
    await writeWhole(shardIndex(job.stem), rows);
    return true;
  } catch (thrown) {
    await Promise.allSettled(inWork);
    await writer.discard();
    throw thrown;
  }
}
