/** Several random views of each picture, step by step. */
import { type Batch, compilePipeline, Loader } from '@saker/core-native';
import type { PicturePlace } from '@saker/spec';
import type { ViewGroup } from './views.js';

export interface ViewLoadersOptions {
  readonly batchSize: number;
  readonly seed: number;
  readonly threads: number;
}

/** Batches decoded ahead of the engine, of each view. */
const PREFETCH = 2;

/**
 * One loader a view. All visit the pictures in one order, a function of (seed, epoch); a view's randomness is keyed by
 * (seed, epoch, sample, view), the last two as one sample id. A picture is decoded once for each view.
 */
export class ViewLoaders {
  private readonly loaders: readonly Loader[];
  readonly stepsPerEpoch: number;

  constructor(samples: readonly PicturePlace[], groups: readonly ViewGroup[], options: ViewLoadersOptions) {
    const { batchSize, seed, threads } = options;
    const pipelines = groups.flatMap(({ count, pipeline }) => {
      const compiled = compilePipeline(pipeline);
      return Array.from({ length: count }, () => compiled);
    });
    const views = pipelines.length;
    this.loaders = pipelines.map(
      (pipeline, view) =>
        new Loader({
          pipeline,
          samples: samples.map((sample, i) => ({ ...sample, label: 0, id: i * views + view })),
          batchSize,
          shuffle: true,
          seed,
          threads: Math.max(1, Math.floor(threads / views)),
          prefetch: PREFETCH,
          dropLast: samples.length > batchSize,
        }),
    );
    this.stepsPerEpoch = this.loaders[0]?.batchesPerEpoch ?? 0;
  }

  /** The steps of epoch `n`: a batch of each view, whose rows are the same pictures. Release them all. */
  async *epoch(n: number): AsyncGenerator<readonly Batch[], void, undefined> {
    const streams = this.loaders.map((loader) => loader.epoch(n));
    try {
      for (;;) {
        const next = await Promise.all(streams.map((stream) => stream.next()));
        const batches = next.flatMap(({ value }) => (value ? [value] : []));
        if (batches.length < streams.length) return;
        yield batches;
      }
    } finally {
      await Promise.all(streams.map((stream) => stream.return()));
    }
  }

  /** Index of the picture that a sample id of a batch stands for. */
  sampleOf(id: number): number {
    return Math.floor(id / this.loaders.length);
  }

  close(): void {
    for (const loader of this.loaders) loader.close();
  }
}
