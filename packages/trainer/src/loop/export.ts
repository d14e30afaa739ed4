/** A run's network as one .onnx file. */
import type { Tensors } from '@saker/core-native/autograd';
import { embedMetadata, putTensors, readModel, writeModel } from '@saker/graph';
import { type ModelMetadata, makeModelMetadata, SAKER_VERSION } from '@saker/spec';
import type { EpochResult } from '../events.js';
import type { RunParts } from './run-parts.js';

/** A configuration's task as a model file names it. */
export const MODEL_TASK = { single: 'single-label', multi: 'multi-label', binary: 'binary' } as const;

/** Without what JSON cannot hold: a figure of a class that no picture has. */
const finite = (metrics: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));

/** JSON carries no infinity: a loss that overflowed becomes the greatest number. */
const finiteLoss = (loss: number): number => (Number.isFinite(loss) ? loss : Number.MAX_VALUE);

/** Metadata with the history so far; `result` is the epoch whose weights the file holds, when it was validated. */
function metadataOf(parts: RunParts, history: readonly EpochResult[], result?: EpochResult): ModelMetadata {
  const { config, data, pipelines, prepared } = parts;
  const metrics: Record<string, number> = result
    ? finite({ bestValAccuracy: result.valAccuracy, ...result.metrics, epoch: result.epoch })
    : {};
  return makeModelMetadata({
    task: MODEL_TASK[config.task],
    thresholds: result?.thresholds ?? null,
    labels: data.classes,
    eval: pipelines.eval,
    train: pipelines.train,
    provenance: {
      createdAt: new Date().toISOString(),
      sakerVersion: SAKER_VERSION,
      dataHash: data.hash,
      samples: { train: data.train.length, val: data.val.length, test: data.test.length },
      config: { ...config },
      metrics,
      base: prepared.base,
      seed: config.seed,
    },
    history: history.map(
      ({ epoch, phase, lr, trainLoss, trainAccuracy, valLoss, valAccuracy, metrics: all }) => ({
        epoch,
        phase,
        lr,
        trainLoss: finiteLoss(trainLoss),
        trainAccuracy,
        valLoss: finiteLoss(valLoss),
        valAccuracy,
        metrics: finite(all),
      }),
    ),
  });
}

/** The file of the given weights. */
export function exportModel(
  parts: RunParts,
  weights: Tensors,
  history: readonly EpochResult[],
  result?: EpochResult,
): Uint8Array {
  const graph = putTensors(parts.prepared.model, weights);
  return writeModel(embedMetadata(graph, metadataOf(parts, history, result)));
}

/** A written file with the whole history in place of what there was when its epoch ended. */
export function withHistory(
  parts: RunParts,
  file: string,
  history: readonly EpochResult[],
  result: EpochResult,
): Uint8Array {
  return writeModel(embedMetadata(readModel(file), metadataOf(parts, history, result)));
}
