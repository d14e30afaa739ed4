import { type Loader, type LoaderStats, Loader as NativeLoader, type Pipeline } from '@saker/core-native';
import type { PicturePlace } from '@saker/spec';

/** One pass over all pictures. Seconds. */
export interface Pass {
  readonly wall: number;
  /** All threads of this process. */
  readonly cpu: number;
}

/** Middle value and median absolute deviation. */
export interface Figure {
  readonly median: number;
  readonly spread: number;
}

/** Milliseconds of one picture's work, on one thread. */
export interface StageTimes {
  readonly readMs: number;
  readonly decodeMs: number;
  readonly pixelMs: number;
}

export interface Measurement {
  /** The pipeline. */
  readonly ours: readonly Pass[];
  /** Our decoders alone, on the same regions. */
  readonly decode: readonly Pass[];
  /** The same, with libjpeg-turbo for every JPEG. */
  readonly floor: readonly Pass[];
  /** The same over the other pictures, when there are any. */
  readonly other: readonly Pass[];
  readonly stages: StageTimes;
}

const middle = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
};

export function figure(values: readonly number[]): Figure {
  const median = middle(values);
  return { median, spread: middle(values.map((value) => Math.abs(value - median))) };
}

async function pass(loader: Loader, epoch: number): Promise<Pass> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for await (const batch of loader.epoch(epoch)) batch.release();
  const wall = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  return { wall, cpu: (used.user + used.system) / 1e6 };
}

function perPicture(before: LoaderStats, after: LoaderStats): StageTimes {
  const images = after.images - before.images;
  return {
    readMs: (after.readMs - before.readMs) / images,
    decodeMs: (after.decodeMs - before.decodeMs) / images,
    pixelMs: (after.pixelMs - before.pixelMs) / images,
  };
}

/** The pictures that the pipeline can make; one pass, which warms the disk cache too. */
export async function readable(
  pipeline: Pipeline,
  pictures: readonly PicturePlace[],
  threads: number,
): Promise<PicturePlace[]> {
  const samples = pictures.map((picture) => ({ ...picture, label: 0 }));
  const loader = new NativeLoader({ pipeline, samples, batchSize: 32, threads });
  const good: PicturePlace[] = [];
  try {
    for await (const batch of loader.epoch(0)) {
      batch.statuses.forEach((status, i) => {
        const picture = pictures[batch.sampleIds[i] as number];
        if (status === null && picture !== undefined) good.push(picture);
      });
      batch.release();
    }
  } finally {
    loader.close();
  }
  return good;
}

/**
 * Alternates the pipeline, the decoder alone, libjpeg-turbo alone and the pipeline over the other pictures, each first in
 * turn. A round's passes draw the same regions, since draws depend on seed, epoch and picture only.
 */
export async function measure(
  pipeline: Pipeline,
  pictures: readonly PicturePlace[],
  options: {
    /** Measured beside them in the same rounds. */
    readonly other?: readonly PicturePlace[];
    readonly threads: number;
    readonly rounds: number;
    /** Of the pipeline; the decoder alone runs on the CPU. */
    readonly device: 'cpu' | 'cuda';
    readonly onRound?: (done: number) => void;
  },
): Promise<Measurement> {
  const { device } = options;
  const common = { pipeline, batchSize: 32, threads: options.threads };
  const samples = pictures.map((picture) => ({ ...picture, label: 0 }));
  const others = (options.other ?? []).map((picture) => ({ ...picture, label: 0 }));
  const loaders = {
    ours: new NativeLoader({ ...common, samples, device }),
    decode: new NativeLoader({ ...common, samples, decodeOnly: true }),
    floor: new NativeLoader({ ...common, samples, decodeOnly: 'library' }),
    ...(others.length > 0 ? { other: new NativeLoader({ ...common, samples: others, device }) } : {}),
  };
  const passes = { ours: [] as Pass[], decode: [] as Pass[], floor: [] as Pass[], other: [] as Pass[] };
  const entries = Object.entries(loaders) as [keyof typeof passes, Loader][];
  try {
    for (const [, loader] of entries) await pass(loader, 0);
    const before = loaders.ours.stats();
    for (let round = 1; round <= options.rounds; round += 1) {
      const first = round % entries.length;
      for (const [name, loader] of [...entries.slice(first), ...entries.slice(0, first)])
        passes[name].push(await pass(loader, round));
      options.onRound?.(round);
    }
    return { ...passes, stages: perPicture(before, loaders.ours.stats()) };
  } finally {
    for (const [, loader] of entries) loader.close();
  }
}
