import { type Loader, type LoaderStats, Loader as NativeLoader, type Pipeline } from '@saker/core-native';

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
  readonly ours: readonly Pass[];
  readonly floor: readonly Pass[];
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

/** The paths whose picture the pipeline can make; one pass, which warms the disk cache too. */
export async function readable(
  pipeline: Pipeline,
  paths: readonly string[],
  threads: number,
): Promise<string[]> {
  const samples = paths.map((path) => ({ path, label: 0 }));
  const loader = new NativeLoader({ pipeline, samples, batchSize: 32, threads });
  const good: string[] = [];
  try {
    for await (const batch of loader.epoch(0)) {
      batch.statuses.forEach((status, i) => {
        const path = paths[batch.sampleIds[i] as number];
        if (status === null && path !== undefined) good.push(path);
      });
      batch.release();
    }
  } finally {
    loader.close();
  }
  return good;
}

/**
 * Alternates the pipeline and the decoder alone, each first in every other round. A round's two passes draw the same
 * regions, since draws depend on seed, epoch and picture only.
 */
export async function measure(
  pipeline: Pipeline,
  paths: readonly string[],
  options: {
    readonly threads: number;
    readonly rounds: number;
    /** Of the pipeline; the decoder alone runs on the CPU. */
    readonly device: 'cpu' | 'cuda';
    readonly onRound?: (done: number) => void;
  },
): Promise<Measurement> {
  const samples = paths.map((path) => ({ path, label: 0 }));
  const common = { pipeline, samples, batchSize: 32, threads: options.threads };
  const loaders = {
    ours: new NativeLoader({ ...common, device: options.device }),
    floor: new NativeLoader({ ...common, decodeOnly: true }),
  };
  const passes = { ours: [] as Pass[], floor: [] as Pass[] };
  try {
    for (const loader of Object.values(loaders)) await pass(loader, 0);
    const before = loaders.ours.stats();
    for (let round = 1; round <= options.rounds; round += 1) {
      const order = round % 2 === 1 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const);
      for (const name of order) passes[name].push(await pass(loaders[name], round));
      options.onRound?.(round);
    }
    return { ...passes, stages: perPicture(before, loaders.ours.stats()) };
  } finally {
    loaders.ours.close();
    loaders.floor.close();
  }
}
