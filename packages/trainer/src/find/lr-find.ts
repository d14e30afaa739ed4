/**
 * The learning-rate range test (Smith, "Cyclical Learning Rates", WACV 2017): a short run whose rate grows geometrically;
 * a good rate lies where the loss falls fast, well before it rises.
 */
import { type RunConfigInput, SakerError } from '@saker/spec';
import type { EventListener } from '../events.js';
import { openProbe } from './probe.js';
import { type LrPoint, type LrSuggestions, suggestRates } from './suggest-rates.js';

export interface LrFindOptions {
  /** Rate of the first step; default 1e-7. */
  readonly startLr?: number;
  /** Rate of the last step; default 10. */
  readonly endLr?: number;
  /** Steps of the test; default 100, at least 20. */
  readonly steps?: number;
  readonly onStep?: (point: LrPoint, done: number, total: number) => void;
  readonly onEvent?: EventListener;
  readonly signal?: AbortSignal;
}

export interface LrFindResult extends LrSuggestions {
  readonly points: readonly LrPoint[];
  /** `finished`; `rising`: the loss passed four times its least, so higher rates were not tried; or `cancelled`. */
  readonly stopped: 'finished' | 'rising' | 'cancelled';
  /** Learning rate that the recipe would take by itself. */
  readonly defaultLr: number;
  readonly batchSize: number;
  readonly optimizer: string;
}

/** Smoothing of the loss and the rise that ends the test, as in fastai's LRFinder. */
const SMOOTHING = 0.98;
const RISE = 4;

/**
 * Trains for a few steps at growing rates and suggests one. Nothing is written; weights are thrown away. Groups of
 * different rates (discriminative learning rates) keep their ratio; the rates shown are those of `lr`.
 * @throws SakerError as `fit`; E_ARG_INVALID for a range that does not grow.
 */
export async function lrFind(input: RunConfigInput, options: LrFindOptions = {}): Promise<LrFindResult> {
  const { startLr = 1e-7, endLr = 10, steps = 100, signal } = options;
  if (!(startLr > 0 && endLr > startLr))
    throw new SakerError('E_ARG_INVALID', {
      name: 'endLr',
      expected: `a rate above startLr (${startLr})`,
      received: endLr,
    });
  const probe = await openProbe(input, options.onEvent);
  const { config, model, phase } = probe;
  const batchSize = Math.min(config.batchSize, Math.max(1, probe.data.train.length));
  const loader = probe.loader(batchSize);
  const points: LrPoint[] = [];
  let stopped: LrFindResult['stopped'] = 'finished';
  try {
    await probe.freshOptimizer();
    let average = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let epoch = 0; points.length < steps && stopped === 'finished'; epoch++) {
      for await (const batch of loader.epoch(epoch)) {
        const step = points.length;
        const lr = startLr * (endLr / startLr) ** (step / Math.max(1, steps - 1));
        const lrs = phase.groups.map((group) => (group.lr / phase.lr) * lr);
        try {
          const { labelSmoothing, seed } = config;
          const result = await model.trainStep({ input: batch }, { lrs, labelSmoothing, seed, step });
          average = SMOOTHING * average + (1 - SMOOTHING) * result.loss;
          const smoothed = average / (1 - SMOOTHING ** (step + 1));
          least = Math.min(least, smoothed);
          const point = { lr, loss: result.loss, smoothed };
          points.push(point);
          options.onStep?.(point, points.length, steps);
          if (step > 0 && smoothed > RISE * least) stopped = 'rising';
        } catch (thrown) {
          if (!(thrown instanceof SakerError) || thrown.code !== 'E_TRAIN_DIVERGED' || step === 0)
            throw thrown;
          stopped = 'rising';
        } finally {
          batch.release();
        }
        if (signal?.aborted) stopped = 'cancelled';
        if (stopped !== 'finished' || points.length >= steps) break;
      }
    }
  } finally {
    loader.close();
    await probe.close();
  }
  const { lr: defaultLr, optimizer } = config;
  return { points, stopped, defaultLr, batchSize, optimizer, ...suggestRates(points) };
}
