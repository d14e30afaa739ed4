import { compilePipeline, type Loader } from '@saker/core-native';
import type { PipelineSpec } from '@saker/spec';
import { resolvePipelines } from '../config/resolve.js';
import { engineDevice } from '../recipe/engine-options.js';
import { taskLoaderOptions } from '../task/loader.js';
import { openLoader } from './open-loader.js';
import type { RunParts } from './run-parts.js';

/** Batches decoded ahead of the engine. */
const PREFETCH = 3;

/** A last batch that is not full is left out, but for data of less than a batch. */
const dropsLast = (parts: RunParts): boolean => parts.data.train.length > picturesPerStep(parts);

/** Of all processes together. */
const picturesPerStep = ({ config, worldSize }: RunParts): number => config.batchSize * worldSize;

/** Optimiser steps of an epoch. */
export function stepsOf(parts: RunParts): number {
  return dropsLast(parts) ? Math.floor(parts.data.train.length / picturesPerStep(parts)) : 1;
}

/** Sides are multiples of this, so that the strides of a network divide them; smaller for thumbnails. */
const sideStep = (full: number): number => (full >= 128 ? 32 : 4);

/** Share of the epochs that progressive resizing takes to reach the full size. */
const GROWING = 0.75;

/** Side of the training pictures in an epoch (from 1) of a run that starts at `share` of the full side. */
export function progressiveSide(full: number, share: number, epoch: number, epochs: number): number {
  const progress = Math.min(1, (epoch - 1) / Math.max(1, Math.ceil(epochs * GROWING)));
  const side = full * (share + (1 - share) * progress);
  const step = sideStep(full);
  return Math.min(full, Math.max(step, Math.round(side / step) * step));
}

/** Side of a training pipeline's pictures. */
function sideOf(train: PipelineSpec): number {
  for (const op of train.ops)
    if (op.op === 'RandomResizedCrop' || op.op === 'RandomCrop') return op.size[0] as number;
  return 0;
}

/** The loaders of a run: what an epoch's pictures go through is a function of the configuration and the epoch. */
export class TrainLoaders {
  private open: { readonly key: string; readonly loader: Loader } | null = null;

  constructor(
    private readonly parts: RunParts,
    private readonly epochs: number,
  ) {}

  /** The loader of an epoch, counted from 1. The one before is closed where it differs. */
  at(epoch: number): Loader {
    const spec = this.specOf(epoch);
    const key = JSON.stringify(spec);
    if (this.open?.key === key) return this.open.loader;
    this.close();
    const { config, data, balance, peers } = this.parts;
    const options = {
      pipeline: compilePipeline(spec),
      ...taskLoaderOptions(data, balance),
      batchSize: config.batchSize,
      shuffle: true,
      seed: config.seed,
      threads: config.threads,
      prefetch: PREFETCH,
      dropLast: dropsLast(this.parts),
      shard: peers.shard,
    };
    const loader = openLoader(options, engineDevice(config.device, peers.place));
    this.open = { key, loader };
    return loader;
  }

  close(): void {
    this.open?.loader.close();
    this.open = null;
  }

  private specOf(epoch: number): PipelineSpec {
    const { batch, ...plain } = this.sized(epoch);
    const mixes = epoch <= this.epochs - this.parts.config.mixOffEpochs;
    return mixes && batch !== undefined ? { ...plain, batch } : plain;
  }

  private sized(epoch: number): PipelineSpec {
    const { config, pipelines, prepared } = this.parts;
    if (config.progressive === null) return pipelines.train;
    const full = sideOf(pipelines.train);
    const size = progressiveSide(full, config.progressive, epoch, this.epochs);
    return resolvePipelines({ ...config, size }, prepared.facts).train;
  }
}
