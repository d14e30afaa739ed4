/** A run's network as one .onnx file. */
import type { Tensors } from '@saker/core-native/autograd';
import { embedMetadata, putTensors, readModel, writeModel } from '@saker/graph';
import { type ModelMetadata, makeModelMetadata, SAKER_VERSION } from '@saker/spec';
import type { EpochResult } from '../events.js';
import type { RunParts } from './run-parts.js';

/** Metadata with the history so far; `result` is the epoch whose weights the file holds, when it was validated. */
function metadataOf(parts: RunParts, history: readonly EpochResult[], result?: EpochResult): ModelMetadata {
  const { config, data, pipelines, prepared } = parts;
  const metrics: Record<string, number> = result
    ? { bestValAccuracy: result.valAccuracy, valLoss: result.valLoss, epoch: result.epoch }
    : {};
  return makeModelMetadata({
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
    history: history.map(({ epoch, phase, lr, trainLoss, trainAccuracy, valLoss, valAccuracy }) => ({
      epoch,
      phase,
      lr,
      trainLoss,
      trainAccuracy,
      valLoss,
      valAccuracy,
    })),
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
