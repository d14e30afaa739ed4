/** Chooses how many epochs fit a time budget, so that the learning rate has come down when the time is up. */
import { compilePipeline, Loader } from '@saker/core-native';
import type { TrainableModel } from '@saker/core-native/autograd';
import type { PipelineSpec } from '@saker/spec';
import type { ResolvedConfig } from '../config/resolve.js';
import type { RunData } from '../data.js';

const STEPS = 4;
/** Share of the budget that is planned with; the rest is for what the probe does not see. */
const PLANNED = 0.85;
/** An epoch of the head alone, and classifying a picture, as shares of training everything. */
const HEAD_SHARE = 0.5;
const VALIDATION_SHARE = 0.4;

/** Seconds that training takes for a picture, decoding included: the fastest of a few steps. */
async function secondsAPicture(
  model: TrainableModel,
  loader: Loader,
  config: ResolvedConfig,
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  let step = 0;
  for (let epoch = 0; step < STEPS; epoch++) {
    let started = performance.now();
    for await (const batch of loader.epoch(epoch)) {
      try {
        await model.lossAndGradients({ input: batch }, { seed: config.seed, step, train: true });
        best = Math.min(best, (performance.now() - started) / 1000 / batch.count);
        started = performance.now();
      } finally {
        batch.release();
      }
      step += 1;
      if (step >= STEPS) break;
    }
  }
  return best;
}

/**
 * The configuration with as many epochs as fit its time budget, at most its own number and at least one. Only for runs
 * with a preset and a budget whose epochs the user did not choose. Measures a few steps; weights stay as they are. How
 * many epochs fit is a matter of the machine: give `epochs` for a run that is the same everywhere.
 */
export async function fitToBudget(
  config: ResolvedConfig,
  chosen: boolean,
  model: TrainableModel,
  pipeline: PipelineSpec,
  data: RunData,
): Promise<ResolvedConfig> {
  const { timeBudget, preset, headEpochs, epochs } = config;
  if (timeBudget === null || preset === undefined || chosen || data.train.length === 0) return config;
  const batchSize = Math.min(config.batchSize, data.train.length);
  const loader = new Loader({
    pipeline: compilePipeline(pipeline),
    samples: data.train.map((sample, id) => ({ ...sample, id })),
    ...{ batchSize, shuffle: true, seed: config.seed, threads: config.threads },
    numClasses: data.classes.length,
  });
  try {
    const picture = await secondsAPicture(model, loader, config);
    const validation = data.val.length * picture * VALIDATION_SHARE;
    const whole = data.train.length * picture + validation;
    const head = headEpochs * (data.train.length * picture * HEAD_SHARE + validation);
    const fitting = Math.floor((timeBudget * PLANNED - head) / whole);
    return { ...config, epochs: Math.min(epochs, Math.max(1, fitting)) };
  } finally {
    loader.close();
  }
}
