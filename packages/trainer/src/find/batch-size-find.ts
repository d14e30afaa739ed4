/** Measures training steps at doubling batch sizes: how fast, and how much memory. */
import { freemem } from 'node:os';
import type { RunConfigInput } from '@saker/spec';
import type { EventListener } from '../events.js';
import { openProbe, type Probe } from './probe.js';

export interface BatchSizeTrial {
  readonly batchSize: number;
  /** Pictures trained per second, of the fastest step. */
  readonly imagesPerSecond: number;
  /** Bytes that this process holds after the steps. */
  readonly residentBytes: number;
}

export interface BatchSizeFindOptions {
  /** Sizes are this and its doubles; default 4. */
  readonly from?: number;
  /** Largest size tried; default 512. */
  readonly to?: number;
  readonly onTrial?: (trial: BatchSizeTrial) => void;
  readonly onEvent?: EventListener;
  readonly signal?: AbortSignal;
}

export interface BatchSizeFindResult {
  readonly trials: readonly BatchSizeTrial[];
  /** The smallest size within 5 % of the best rate. */
  readonly suggestion: number;
  /** The largest size that fits the memory that is free now: measured, or foretold from the growth of the last two. */
  readonly largest: number;
  /** Why no larger size was tried. */
  readonly stopped: 'limit' | 'data' | 'memory' | 'cancelled';
}

const STEPS = 3;
/** Rates this close count as equal. */
const CLOSE = 0.95;
/** Share of the free memory that a run may take. */
const SHARE = 0.8;

async function trial(probe: Probe, batchSize: number): Promise<BatchSizeTrial> {
  const loader = probe.loader(batchSize);
  let best = 0;
  let step = 0;
  try {
    await probe.freshOptimizer();
    for (let epoch = 0; step < STEPS; epoch++) {
      for await (const batch of loader.epoch(epoch)) {
        try {
          const started = performance.now();
          const { labelSmoothing, seed } = probe.config;
          await probe.model.trainStep({ input: batch }, { labelSmoothing, seed, step });
          best = Math.max(best, (batch.count * 1000) / (performance.now() - started));
        } finally {
          batch.release();
        }
        step += 1;
        if (step >= STEPS) break;
      }
    }
  } finally {
    loader.close();
  }
  return { batchSize, imagesPerSecond: best, residentBytes: process.memoryUsage.rss() };
}

/**
 * Tries doubling batch sizes until the pictures run out, the next would not fit the free memory, or `to` is reached.
 * Weights are thrown away. The figures are of this machine, now.
 * @throws SakerError as `fit`.
 */
export async function batchSizeFind(
  input: RunConfigInput,
  options: BatchSizeFindOptions = {},
): Promise<BatchSizeFindResult> {
  const { from = 4, to = 512, signal } = options;
  const probe = await openProbe(input, options.onEvent);
  const trials: BatchSizeTrial[] = [];
  let stopped: BatchSizeFindResult['stopped'] = 'limit';
  const budget = (process.memoryUsage.rss() + freemem()) * SHARE;
  let perPicture = 0;
  try {
    for (let batchSize = from; batchSize <= to; batchSize *= 2) {
      if (batchSize > probe.data.train.length && trials.length > 0) {
        stopped = 'data';
        break;
      }
      const last = trials.at(-1);
      if (last && last.residentBytes + perPicture * (batchSize - last.batchSize) > budget) {
        stopped = 'memory';
        break;
      }
      const next = await trial(probe, batchSize);
      if (last) {
        const grown = (next.residentBytes - last.residentBytes) / (batchSize - last.batchSize);
        perPicture = Math.max(0, grown);
      }
      trials.push(next);
      options.onTrial?.(next);
      if (signal?.aborted) {
        stopped = 'cancelled';
        break;
      }
    }
  } finally {
    await probe.close();
  }
  const best = Math.max(...trials.map((t) => t.imagesPerSecond));
  const good = trials.find((t) => t.imagesPerSecond >= CLOSE * best) as BatchSizeTrial;
  const last = trials.at(-1) as BatchSizeTrial;
  const room = perPicture > 0 ? Math.floor((budget - last.residentBytes) / perPicture) : 0;
  return { trials, suggestion: good.batchSize, largest: last.batchSize + Math.max(0, room), stopped };
}
