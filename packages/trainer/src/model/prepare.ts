/** Gets the graph that a run trains: a zoo model built for the classes, or a file with a new head. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  buildModel,
  headOf,
  inputSpec,
  type OnnxModel,
  readMetadata,
  readModel,
  replaceHead,
  ZOO,
  zooSize,
} from '@saker/graph';
import { type ModelMetadata, outputWidth, SakerError, type Task } from '@saker/spec';
import type { ModelFacts } from '../config/resolve.js';

/** A graph ready to train. */
export interface PreparedModel {
  readonly model: OnnxModel;
  readonly facts: ModelFacts;
  readonly head: 'new' | 'kept';
  /** Names of the classifier's parameters. */
  readonly headParameters: readonly string[];
  /** Learned tensors in graph order, input side first. */
  readonly depthOrder: readonly string[];
  readonly base: { readonly name: string; readonly sha256: string | null };
}

/** A model as given, not yet fitted to the classes. */
export interface ModelSource {
  /**
   * Fits the graph to the classes. A file whose metadata has exactly these labels and this task keeps its head. A binary
   * model gets one output, others one for each class; default single-label.
   * @throws SakerError E_MODEL_NO_HEAD, E_MODEL_SHAPE.
   */
  prepare(labels: readonly string[], seed: number, task?: Task): PreparedModel;
}

const isFile = (model: string): boolean =>
  !ZOO.includes(model) && (model.endsWith('.onnx') || existsSync(model));

/**
 * Opens a model by zoo name or file, which costs little: weights are drawn by `prepare`.
 * @throws SakerError E_MODEL_UNKNOWN, E_FILE_NOT_FOUND, E_FILE_READ, E_MODEL_NOT_ONNX, E_MODEL_METADATA.
 */
export async function openModel(model: string, size: number | undefined): Promise<ModelSource> {
  return isFile(model) ? openFile(model) : openZoo(model, size ?? zooSize(model));
}

function openZoo(name: string, size: number): ModelSource {
  zooSize(name);
  return {
    prepare(labels, seed, task = 'single-label') {
      const numClasses = outputWidth(task, labels.length);
      const model = buildModel(name, { numClasses, size, seed });
      const { headParameters, stages } = headOf(model);
      const facts = factsOf(model, 'zoo', null);
      return { model, facts, head: 'new', headParameters, depthOrder: stages, base: { name, sha256: null } };
    },
  };
}

async function openFile(file: string): Promise<ModelSource> {
  const original = readModel(file);
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const metadata = readMetadata(original);
  return {
    prepare(labels, seed, task = 'single-label') {
      const numClasses = outputWidth(task, labels.length);
      const same =
        metadata?.output === 'logits' &&
        metadata.task === task &&
        metadata.labels.length === labels.length &&
        labels.every((label, i) => metadata.labels[i] === label);
      const { model, headParameters, stages } = same
        ? { model: original, ...headOf(original) }
        : replaceHead(original, { numClasses, seed });
      const facts = factsOf(model, 'file', metadata);
      const base = { name: basename(file), sha256 };
      return { model, facts, head: same ? 'kept' : 'new', headParameters, depthOrder: stages, base };
    },
  };
}

function factsOf(model: OnnxModel, source: 'zoo' | 'file', metadata: ModelMetadata | null): ModelFacts {
  const input = inputSpec(model);
  if (input.batch !== null)
    throw new SakerError('E_MODEL_SHAPE', {
      name: `the batch of ${input.name}`,
      expected: 'a batch size that the graph leaves open',
      received: `a graph that works on ${input.batch} picture(s) only; export it with a dynamic batch`,
    });
  const hasBatchNorm = model.nodes.some((node) => node.opType === 'BatchNormalization');
  return { source, metadata, input, hasBatchNorm };
}
