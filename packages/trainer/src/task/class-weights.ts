/** Weights that make up for classes of unequal size. */
import { readFile } from 'node:fs/promises';
import { type RunConfig, SakerError } from '@saker/spec';

/** Pictures that have a class, and all pictures. */
export interface ClassCounts {
  readonly classes: readonly string[];
  readonly counts: readonly number[];
  readonly total: number;
}

/** (1 - beta) / (1 - beta^n): one over the effective number of n samples (Cui et al., CVPR 2019). */
const effective = (n: number, beta: number): number => (1 - beta) / (1 - beta ** n);

/**
 * Weights under a softmax. `inverse`: total / (classes * count), as scikit-learn's `balanced`. `effective`: Cui et al.,
 * scaled to a mean of 1 over the classes.
 */
function softmaxWeights(
  kind: 'inverse' | 'effective',
  { counts, total }: ClassCounts,
  beta: number,
): number[] {
  if (kind === 'inverse') return counts.map((n) => total / (counts.length * n));
  const raw = counts.map((n) => effective(n, beta));
  const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
  return raw.map((w) => w / mean);
}

/**
 * Weights of the positive terms under sigmoids: the weight that pictures with the class would have over that of those
 * without; `inverse` gives negatives / positives, as PyTorch's documentation of pos_weight has it.
 */
function positiveWeights(
  kind: 'inverse' | 'effective',
  { counts, total }: ClassCounts,
  beta: number,
): number[] {
  return counts.map((n) => {
    const rest = Math.max(1, total - n);
    return kind === 'inverse' ? rest / n : effective(n, beta) / effective(rest, beta);
  });
}

/** The weights of a JSON file: an object from every class to its weight. */
async function weightsOfFile(file: string, classes: readonly string[]): Promise<number[]> {
  const refuse = (detail: string, cause?: unknown): never => {
    throw new SakerError('E_CONFIG_INVALID', { file, detail: `class weights: ${detail}` }, { cause });
  };
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file }, { cause });
    throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    refuse((cause as Error).message, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse('expected a JSON object from class to weight');
  const weights = value as Record<string, unknown>;
  const strange = Object.keys(weights).find((name) => !classes.includes(name));
  if (strange !== undefined) refuse(`${strange} is none of the classes (${classes.join(', ')})`);
  return classes.map((name) => {
    const weight = weights[name];
    if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) return weight;
    return refuse(`expected a number from 0 for ${name}, received ${JSON.stringify(weight) ?? 'nothing'}`);
  });
}

/**
 * The weight of each class, or null without `classWeights`. Of a binary task both classes' weights are given; the loss
 * takes that of the positive one over that of the other.
 * @param sigmoid whether classes are decided one by one.
 * @throws SakerError E_CONFIG_INVALID, E_FILE_NOT_FOUND, E_FILE_READ.
 */
export async function classWeights(
  config: Pick<RunConfig, 'classWeights' | 'classWeightsBeta'>,
  counts: ClassCounts,
  sigmoid: boolean,
): Promise<number[] | null> {
  const { classWeights: kind, classWeightsBeta: beta } = config;
  if (kind === undefined) return null;
  if (kind !== 'inverse' && kind !== 'effective') return weightsOfFile(kind, counts.classes);
  return (sigmoid ? positiveWeights : softmaxWeights)(kind, counts, beta);
}
