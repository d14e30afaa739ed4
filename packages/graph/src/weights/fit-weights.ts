/** Weights of a file in a zoo graph: every tensor has its place, or is named in the error. */
import { SakerError } from '@saker/spec';
import { headOf } from '../classifier/parameters.js';
import type { OnnxModel } from '../model.js';
import { putTensors, type TensorValues } from '../put-tensors.js';
import { resamplePositions } from './position-embedding.js';
import { renamed } from './rename.js';
import { stateOf } from './state.js';

/** A graph with weights, and what was done to make them fit. */
export interface FittedWeights {
  readonly model: OnnxModel;
  /** 'kept' when the classifier's weights came from the file too. */
  readonly head: 'kept' | 'new';
  /** Sentences for people: a classifier replaced, positions resampled. */
  readonly notes: readonly string[];
}

/** Names of tensors in an error before it only counts them. */
const LISTED = 8;

/** Buffers of state dicts that say nothing about a network's function. */
const IGNORED = /(^|\.)(num_batches_tracked|relative_position_index)$/;

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return [`${names.length} ${what}: ${names.slice(0, LISTED).join(', ')}${more}`];
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/**
 * Puts a state dict into a graph that `buildModel` made. A classifier of another number of classes keeps the graph's own
 * weights, and so does one that the file lacks; position embeddings of another picture size are resampled.
 * @throws SakerError E_WEIGHTS_FIT that lists what is missing, extra or of another shape.
 */
export function fitWeights(
  model: OnnxModel,
  tensors: ReadonlyMap<string, TensorValues>,
  file: string,
): FittedWeights {
  const wanted = stateOf(model);
  const given = renamed(tensors);
  const head = new Set(headOf(model).headParameters);
  const notes: string[] = [];
  const put: Record<string, TensorValues> = {};
  const missing: string[] = [];
  const misshapen: string[] = [];
  for (const [name, dims] of wanted) {
    const value = given.get(name);
    if (!value) {
      if (!head.has(name)) missing.push(name);
    } else if (same(value.dims, dims)) put[name] = value;
    else if (head.has(name)) continue;
    else {
      const positions = name === 'pos_embed' ? resamplePositions(value, dims[1] ?? 0) : null;
      if (positions && same(positions.dims, dims)) {
        put[name] = positions;
        notes.push(`resampled pos_embed from ${value.dims[1]} to ${dims[1]} tokens`);
      } else misshapen.push(`${name} is [${value.dims.join(', ')}], expected [${dims.join(', ')}]`);
    }
  }
  const extra = [...given.keys()].filter((name) => !wanted.has(name) && !IGNORED.test(name));
  const problems = [
    ...listed('missing', missing),
    ...listed('not part of it', extra),
    ...listed('of another shape', misshapen),
  ];
  if (problems.length > 0)
    throw new SakerError('E_WEIGHTS_FIT', {
      file,
      model: model.file,
      detail: problems.join('; '),
      reference: 'torchvision or timm',
    });
  const whole = [...head].every((name) => Object.hasOwn(put, name));
  if (!whole) {
    for (const name of head) delete put[name];
    const weight = [...head].map((name) => given.get(name)).find((value) => value?.dims.length === 2);
    const had = weight ? `has ${weight.dims[0]} classes` : 'has no classifier of that name';
    notes.push(`the classifier starts new: the file ${had}`);
  }
  return { model: putTensors(model, put), head: whole ? 'kept' : 'new', notes };
}
