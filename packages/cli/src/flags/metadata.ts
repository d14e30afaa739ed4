/** What --size, --mean, --std and --labels stand for: the metadata of a model file that carries none. */
import { readFile } from 'node:fs/promises';
import { metadataOf, readModelProperties } from '@saker/graph/header';
import { type ModelMetadata, SakerError } from '@saker/spec';
import { usage } from '../errors.js';
import type { MetadataFlags } from './metadata-flags.js';
import { readText } from './read-text.js';

async function readLabels(file: string): Promise<string[]> {
  const content = await readText(file);
  const refuse = (received: string): never => {
    throw new SakerError('E_ARG_INVALID', {
      name: '--labels',
      expected: 'a file of different class names, one a line or as a JSON array of strings',
      received,
    });
  };
  let labels: unknown;
  if (content.trimStart().startsWith('[')) {
    try {
      labels = JSON.parse(content);
    } catch {
      return refuse(`${file}, which is not valid JSON`);
    }
  } else {
    labels = content
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
  const names: unknown[] = Array.isArray(labels) ? labels : [];
  const named = (name: unknown): name is string => typeof name === 'string' && name !== '';
  if (names.length === 0 || !names.every(named)) return refuse(`${file}, which holds none`);
  if (new Set(names).size !== names.length) return refuse(`${file}, which names a class twice`);
  return names;
}

/** Whether a file carries metadata. One that cannot be read is left to whoever opens it. */
async function hasOwn(model: string): Promise<boolean> {
  const bytes = await readFile(model).catch(() => null);
  return bytes !== null && metadataOf(readModelProperties(bytes, model), model) !== null;
}

/**
 * Metadata for a model file that has none, made from the flags; undefined when the file has its own, which always
 * wins: pictures are prepared at inference as they were in training.
 * @throws SakerError E_USAGE when flags are given for a file with metadata, E_MODEL_NO_METADATA when it has none and
 * the flags do not replace it, E_ARG_INVALID, and what reading the model or the labels throws.
 */
export async function metadataFor(model: string, flags: MetadataFlags): Promise<ModelMetadata | undefined> {
  const { size, mean, std, labels } = flags;
  if (await hasOwn(model)) {
    if (size === undefined && !mean && !std && labels === undefined) return undefined;
    throw usage(
      `${model} carries its own labels and pipeline; --size, --mean, --std and --labels are for files without.`,
    );
  }
  // Loaded where they are used: a file with metadata of its own needs neither.
  const { inputSpec, readModel } = await import('@saker/graph/read');
  const { metadataForModel } = await import('@saker/evaluate/metadata');
  const graph = readModel(model);
  const input = inputSpec(graph);
  const sizeKnown = size !== undefined || (input.height !== null && input.width !== null);
  if (!sizeKnown || !mean || !std || labels === undefined) {
    throw new SakerError('E_MODEL_NO_METADATA', { file: model });
  }
  const spread = (values: readonly number[], name: string): number[] => {
    if (values.length === input.channels) return [...values];
    if (values.length === 1) return Array.from({ length: input.channels }, () => values[0] as number);
    throw new SakerError('E_ARG_INVALID', {
      name,
      expected: `${input.channels} numbers`,
      received: values.join(','),
    });
  };
  return metadataForModel(graph, {
    labels: await readLabels(labels),
    size,
    mean: spread(mean, '--mean'),
    std: spread(std, '--std'),
  });
}
