import type { Tensors } from '@saker/core-native/autograd';
import { evaluatedWeights } from '../callbacks/ask.js';
import type { ValidationFigures } from '../callbacks/callback.js';
import type { EpochResult } from '../events.js';
import { exportModel } from './export.js';
import type { RunCore } from './run-core.js';
import { validate } from './validate.js';

/** Pictures per ONNX Runtime call during validation. */
const VAL_BATCH = 32;

/** Validates weights as the .onnx file they would be shipped in. */
export async function validateWeights(core: RunCore, weights: Tensors): Promise<ValidationFigures> {
  const { parts, state } = core;
  const { epoch } = state;
  const val = await validate(exportModel(parts, weights, state.history), parts.data.val, {
    batchSize: VAL_BATCH,
    // The other processes of this machine wait meanwhile.
    threads: parts.config.threads * parts.peers.localWorldSize,
    onProgress: (done, total) => core.dispatcher.post({ type: 'validate', epoch, done, total }),
  });
  state.lastValidation = { samples: parts.data.val, probabilities: val.probabilities };
  for (const { path, error } of val.failures) core.rejections.add(path, error.toJSON(), 'validate');
  const figures = { valLoss: val.loss, valAccuracy: val.accuracy };
  return { ...figures, metrics: { ...figures, ...val.metrics }, thresholds: val.thresholds };
}

/** Validates the weights that would be shipped; gives the epoch's figures but for its time. */
export async function measureEpoch(core: RunCore, lr: number): Promise<Omit<EpochResult, 'seconds'>> {
  const { state, progress, parts } = core;
  const { meter } = state;
  const { peers } = parts;
  await peers.shareTensors({ buffersOnly: true });
  const val = await peers.fromFirst(async () =>
    validateWeights(core, await evaluatedWeights(core.attached, parts.trained)),
  );
  const [loss, right, seen] = (await peers.sum([
    meter.images === 0 ? 0 : meter.meanLoss * meter.images,
    meter.accuracy * meter.images,
    meter.images,
  ])) as [number, number, number];
  const train = {
    trainLoss: seen === 0 ? Number.NaN : loss / seen,
    trainAccuracy: seen === 0 ? 0 : right / seen,
  };
  return {
    epoch: state.epoch,
    phase: state.phase?.name ?? '',
    lr,
    ...train,
    ...val,
    metrics: { ...train, ...val.metrics },
    imagesPerSecond: progress.lastImagesPerSecond,
    loaderWait: progress.lastLoaderWait,
  };
}
