/** One pass over the training pictures: two native calls a step, no pixel seen by JavaScript. */
import type { Batch } from '@saker/core-native';
import type { TrainOptions } from '@saker/core-native/autograd';
import { describePicture } from '@saker/spec';
import { stepOptions } from '../callbacks/ask.js';
import { clipOptions } from '../recipe/engine-options.js';
import { diagnosed } from './diagnose.js';
import { withBatchThatFits } from './out-of-memory.js';
import { type EpochTask, type RunCore, STOPPED_ELSEWHERE, stopping } from './run-core.js';

/**
 * Runs the epoch from where `state.position` says; failed pictures are left out of loss and gradients by the engine. Where
 * the pipeline mixes pictures the batch carries soft targets, which the engine takes instead of the labels. Ends after the
 * current update when the run is to stop.
 */
export async function trainEpoch(core: RunCore, task: EpochTask): Promise<void> {
  const { epoch, position } = core.state;
  if (position.step === core.stepsPerEpoch) return;
  // Epochs name the shuffle and the augmentation, from 0.
  for await (const batch of task.loader.epoch(epoch - 1, position.step)) {
    try {
      await trainStep(core, task, batch);
    } finally {
      batch.release();
    }
    // Between two updates there is a sum of gradients that no saved state holds.
    if (!updates(core, position.step)) continue;
    await task.afterStep(position.step);
    // Processes that train together all stop after the same step.
    if (core.state.lastStep?.group ? core.state.lastStep.group.stop : stopping(core)) return;
  }
}

/** Whether the epoch's first `steps` batches end with an update of the weights; its last batch always does. */
function updates({ parts, stepsPerEpoch }: RunCore, steps: number): boolean {
  return steps % parts.config.accumulate === 0 || steps === stepsPerEpoch;
}

async function trainStep(core: RunCore, { rates }: EpochTask, batch: Batch): Promise<void> {
  const { parts, state, progress } = core;
  const { config, data, trained, peers } = parts;
  const { epoch, position, meter } = state;
  batch.statuses.forEach((error, i) => {
    const picture = data.train[batch.sampleIds[i] as number]!;
    if (error) core.rejections.add(describePicture(picture), error.toJSON(), 'train');
  });
  const { lrs, lr } = rates(position.step);
  const options: TrainOptions = {
    lrs,
    labelSmoothing: config.labelSmoothing,
    ...clipOptions(config),
    ...stepOptions(core.attached),
    update: updates(core, position.step + 1),
    // Names the draws of Dropout.
    seed: peers.maskSeed(config.seed),
    step: (epoch - 1) * core.stepsPerEpoch + position.step,
  };
  if (stopping(core)) peers.askToStop();
  const result = await trained.trainStep({ input: batch }, options).catch(async (error: unknown) => {
    const picture = (id: number) => describePicture(data.train[id]!);
    const graph = parts.prepared.model;
    const known = await diagnosed(error, { model: trained, graph, batch, options, lr, picture });
    const { accumulate } = config;
    const alone = parts.worldSize === 1;
    const { globalStep } = state;
    throw await withBatchThatFits(known, { model: trained, batch, options, globalStep, accumulate, alone });
  });
  meter.add(result, batch.waitMs);
  position.step += 1;
  state.globalStep += 1;
  state.lastStep = result;
  state.lastBatch = batch;
  if (result.group?.stop && !stopping(core)) state.stop = STOPPED_ELSEWHERE;
  await core.dispatcher.emit({
    type: 'step',
    epoch,
    epochs: core.epochs,
    step: position.step,
    steps: core.stepsPerEpoch,
    loss: meter.meanLoss,
    accuracy: meter.accuracy,
    lr,
    globalStep: state.globalStep,
    gradNorm: result.scaling?.skipped ? 0 : result.gradNorm,
    ...(result.scaling && { scaling: result.scaling }),
    imagesPerSecond: meter.imagesPerSecond,
    loaderWait: meter.loaderWait,
    etaMs: progress.etaMs(position.step),
  });
  state.lastBatch = null;
}
