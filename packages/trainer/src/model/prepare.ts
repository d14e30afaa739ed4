/** Gets the graph that a run trains: a zoo model built for the classes, or a file with a new head. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buildModel, inputSpec, type OnnxModel, readMetadata, readModel, replaceHead } from '@saker/graph';
import { SakerError } from '@saker/spec';
import type { ModelFacts } from '../config/resolve.js';

/** A graph ready to train. */
export interface PreparedModel {
  readonly model: OnnxModel;
  readonly head: 'new' | 'kept';
  /** Names of the classifier's parameters. */
  readonly headParameters: readonly string[];
  /** Floating-point parameters in graph order, input side first. */
  readonly depthOrder: readonly string[];
  readonly base: { readonly name: string; readonly sha256: string | null };
}

/** The model as given, before it is fitted to the classes. */
export interface ModelSource {
  readonly facts: ModelFacts;
  /** Fits the graph to the classes. A file whose metadata has exactly these labels keeps its head. */
  prepare(labels: readonly string[], seed: number): PreparedModel;
}

/** Side of a zoo model's input when none is given: thumbnails for the small networks, ImageNet's for the rest. */
const SMALL_MODELS = new Set(['resnet8', 'small_cnn']);
const zooSize = (name: string): number => (SMALL_MODELS.has(name) ? 32 : 224);

const looksLikeFile = (model: string): boolean => model.endsWith('.onnx') || existsSync(model);

/**
 * Opens a model by zoo name or file.
 * @throws SakerError E_MODEL_UNKNOWN, E_FILE_NOT_FOUND, E_MODEL_NOT_ONNX.
 */
export async function openModel(model: string, size: number | undefined): Promise<ModelSource> {
  return looksLikeFile(model) ? openFile(model) : openZoo(model, size ?? zooSize(model));
}

function openZoo(name: string, size: number): ModelSource {
  const hasBatchNorm = graphHasBatchNorm(buildModel(name, { numClasses: 2, size, seed: 0 }));
  return {
    facts: { source: 'zoo', metadata: null, input: { channels: 3, height: size, width: size }, hasBatchNorm },
    prepare(labels, seed) {
      const model = buildModel(name, { numClasses: labels.length, size, seed });
      const { headParameters, stages } = headOf(model);
      return { model, head: 'new', headParameters, depthOrder: stages, base: { name, sha256: null } };
    },
  };
}

async function openFile(file: string): Promise<ModelSource> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'E_FILE_NOT_FOUND' : 'E_FILE_READ';
    throw new SakerError(code, { file, detail: cause.message }, { cause });
  });
  const model = await readModel(bytes).catch((error) => {
    throw error instanceof SakerError ? error.with({ file }) : error;
  });
  const metadata = readMetadata(model);
  const input = inputSpec(model);
  const base = { name: basename(file), sha256: createHash('sha256').update(bytes).digest('hex') };
  return {
    facts: { source: 'file', metadata, input, hasBatchNorm: graphHasBatchNorm(model) },
    prepare(labels, seed) {
      const same =
        metadata?.labels.length === labels.length && labels.every((l, i) => metadata.labels[i] === l);
      if (same && metadata?.output === 'logits') {
        const { headParameters, stages } = headOf(model);
        return { model, head: 'kept', headParameters, depthOrder: stages, base };
      }
      const replaced = replaceHead(model, { numClasses: labels.length, seed });
      return {
        model: replaced.model,
        head: 'new',
        headParameters: replaced.headParameters,
        depthOrder: replaced.stages,
        base,
      };
    },
  };
}

function graphHasBatchNorm(model: OnnxModel): boolean {
  return model.graph.node.some((node) => node.opType === 'BatchNormalization');
}
