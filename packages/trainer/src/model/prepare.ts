/** Gets the graph that a run trains: a zoo model built for the classes, or a file with a new head. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  buildModel,
  type Checkpoint,
  checkpointFor,
  fitWeights,
  headOf,
  inputSpec,
  type OnnxModel,
  type PullOptions,
  pullWeights,
  readMetadata,
  readModel,
  readWeights,
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
  /** What was done to make weights fit, in sentences for people. */
  readonly notes: readonly string[];
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

const WEIGHTS_FILE = /\.(safetensors|pth|pt|bin|onnx)$/i;

/**
 * The published weights that `weights` names for a zoo model; null when it is a file, or when the model is one.
 * @throws SakerError E_WEIGHTS_UNKNOWN, E_ARG_INVALID for weights of another model.
 */
export function namedWeights(model: string, weights: string | undefined): Checkpoint | null {
  if (weights === undefined || isFile(model)) return null;
  if (weights !== 'auto' && (WEIGHTS_FILE.test(weights) || /[\\/]/.test(weights) || existsSync(weights)))
    return null;
  zooSize(model);
  return checkpointFor(model, weights);
}

/**
 * Opens a model by zoo name or file; weights of a zoo model are drawn by `prepare`, or come from a state dict: a file
 * (.safetensors, .pth, .bin, .onnx), or published weights by name, which are fetched unless the cache has them.
 * @throws SakerError E_MODEL_UNKNOWN, E_FILE_NOT_FOUND, E_FILE_READ, E_MODEL_NOT_ONNX, E_MODEL_METADATA, E_WEIGHTS_FILE,
 * E_WEIGHTS_UNKNOWN, the E_HUB_ family; E_ARG_INVALID for weights beside a model file or of another model.
 */
export async function openModel(
  model: string,
  size: number | undefined,
  weights?: string | undefined,
  pull: PullOptions = {},
): Promise<ModelSource> {
  if (!isFile(model)) {
    const checkpoint = namedWeights(model, weights);
    if (!checkpoint) return openZoo(model, size ?? zooSize(model), weights, null);
    const { file } = await pullWeights(checkpoint, pull);
    return openZoo(model, size ?? checkpoint.crop, file, checkpoint);
  }
  if (weights === undefined) return openFile(model);
  throw new SakerError('E_ARG_INVALID', {
    name: 'weights',
    expected: 'a zoo model to put them in',
    received: `the model file ${model}, which has its own`,
  });
}

/** SHA-256 of a file. @throws SakerError E_FILE_READ. */
async function hashOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
  });
  return createHash('sha256').update(bytes).digest('hex');
}

async function openZoo(
  name: string,
  size: number,
  weights: string | undefined,
  checkpoint: Checkpoint | null,
): Promise<ModelSource> {
  zooSize(name);
  const tensors = weights === undefined ? null : await readWeights(weights);
  const sha256 = weights === undefined ? null : await hashOf(weights);
  return {
    prepare(labels, seed, task = 'single-label') {
      const numClasses = outputWidth(task, labels.length);
      const drawn = buildModel(name, { numClasses, size, seed });
      const { model, notes } = tensors
        ? fitWeights(drawn, tensors, weights as string)
        : { model: drawn, notes: [] };
      const { headParameters, stages } = headOf(model);
      const facts = { ...factsOf(model, tensors ? 'file' : 'zoo', null), checkpoint };
      const base = { name, sha256 };
      // A classifier that fits by its number of classes was still made for others.
      return { model, facts, head: 'new', headParameters, depthOrder: stages, base, notes };
    },
  };
}

async function openFile(file: string): Promise<ModelSource> {
  const original = readModel(file);
  const sha256 = await hashOf(file);
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
      return {
        model,
        facts,
        head: same ? 'kept' : 'new',
        headParameters,
        depthOrder: stages,
        base,
        notes: [],
      };
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
  return { source, metadata, input, hasBatchNorm, checkpoint: null };
}
