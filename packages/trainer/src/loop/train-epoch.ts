/** One pass over the training pictures: two native calls a step, no pixel seen by JavaScript. */
import type { Loader } from '@saker/core-native';
import type { TrainableModel, TrainOptions, TrainResult } from '@saker/core-native/autograd';
import type { SakerError } from '@saker/spec';
import { EpochMeter } from '../log/meter.js';
import type { ClipOptions } from '../recipe/engine-options.js';

/** What one step reports. */
export interface StepReport {
  readonly step: number;
  readonly meter: EpochMeter;
  readonly lr: number;
  readonly result: TrainResult;
}

export interface TrainEpochOptions {
  readonly model: TrainableModel;
  readonly loader: Loader;
  /** Names the shuffle, the augmentation and dropout. */
  readonly epoch: number;
  /** Optimiser steps made before this epoch in the whole run. */
  readonly firstStep: number;
  readonly seed: number;
  readonly labelSmoothing: number;
  readonly clip: ClipOptions;
  /** Learning rate of each group, and the one to show, at a step of this epoch. */
  readonly rates: (step: number) => { readonly lrs: number[]; readonly lr: number };
  /** More options of the engine's next step. */
  readonly more: () => Partial<TrainOptions>;
  /** Asked after each step; true ends the epoch. */
  readonly stopped: () => boolean;
  readonly onStep: (report: StepReport) => Promise<void>;
  readonly onFailure: (sampleId: number, error: SakerError) => void;
}

/**
 * Runs the epoch; failed pictures are left out of loss and gradients by the engine. Where the pipeline mixes pictures
 * the batch carries soft targets, which the engine takes instead of the labels.
 */
export async function trainEpoch(o: TrainEpochOptions): Promise<EpochMeter> {
  const meter = new EpochMeter();
  let step = 0;
  for await (const batch of o.loader.epoch(o.epoch)) {
    try {
      batch.statuses.forEach((error, i) => {
        if (error) o.onFailure(batch.sampleIds[i] as number, error);
      });
      const { lrs, lr } = o.rates(step);
      const result = await o.model.trainStep(
        { input: batch },
        {
          lrs,
          labelSmoothing: o.labelSmoothing,
          ...o.clip,
          ...o.more(),
          seed: o.seed,
          step: o.firstStep + step,
        },
      );
      meter.add(result, batch.waitMs);
      await o.onStep({ step: step + 1, meter, lr, result });
    } finally {
      batch.release();
    }
    step += 1;
    if (o.stopped()) break;
  }
  return meter;
}
