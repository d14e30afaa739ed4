import { SakerError } from '@saker/spec';
import { seededOrder } from './order.js';
import { iterativeStratification } from './stratify.js';
import { classCounts, labelsOf } from './task-data.js';
import type { Dataset, Sample, Split } from './types.js';

export interface SplitOptions {
  /** Share of each class for validation, 0 .. <1; default 0.2. Used where the data has no validation split. */
  readonly valFraction?: number;
  /** Share of each class for the test, 0 .. <1; default 0. Used only for data without any split of its own. */
  readonly testFraction?: number;
  /** 0 .. 2^32-1; default 0. */
  readonly seed?: number;
}

/** The three parts, each ordered by name. */
export interface Splits {
  readonly train: Sample[];
  readonly val: Sample[];
  readonly test: Sample[];
}

const SPLITS: readonly Split[] = ['train', 'val', 'test'];

function checkFraction(name: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new SakerError('E_ARG_INVALID', { name, expected: 'a share from 0 to below 1', received: value });
}

/** The part of n pictures that a share stands for: rounded, but at least one when any is asked for. */
function share(n: number, fraction: number): number {
  return fraction > 0 ? Math.max(1, Math.round(n * fraction)) : 0;
}

function byClass(dataset: Dataset, samples: readonly Sample[]): Sample[][] {
  const groups: Sample[][] = dataset.classes.map(() => []);
  for (const sample of samples) groups[sample.label]?.push(sample);
  return groups;
}

/** Cuts val and test by iterative stratification. A class of few pictures may lie in train alone. */
function cutLists(
  dataset: Dataset,
  pool: readonly Sample[],
  val: number,
  test: number,
  seed: number,
): Splits {
  const counts = classCounts(pool, dataset.classes.length);
  const empty = counts.indexOf(0);
  if (empty >= 0)
    throw new SakerError('E_DATA_CLASS_TOO_SMALL', {
      label: dataset.classes[empty] ?? empty,
      count: 0,
      minimum: 1,
    });
  const order = seededOrder(pool, seed);
  const labels = order.map((sample) => labelsOf(sample));
  const chosen = iterativeStratification(labels, dataset.classes.length, [1 - val - test, val, test]);
  const splits = new Map(order.map((sample, i) => [sample, SPLITS[chosen[i] as number] as Split]));
  const part = (split: Split) =>
    pool.filter((s) => splits.get(s) === split).map((sample) => ({ ...sample, split }));
  return { train: part('train'), val: part('val'), test: part('test') };
}

/** Cuts val and test out of each class; what is left is train. */
function cut(dataset: Dataset, pool: readonly Sample[], val: number, test: number, seed: number): Splits {
  if (dataset.multiLabel) return cutLists(dataset, pool, val, test, seed);
  const chosen = new Map<Sample, Split>();
  const minimum = 1 + (val > 0 ? 1 : 0) + (test > 0 ? 1 : 0);
  byClass(dataset, pool).forEach((group, label) => {
    const n = group.length;
    if (n < minimum)
      throw new SakerError('E_DATA_CLASS_TOO_SMALL', {
        label: dataset.classes[label] ?? label,
        count: n,
        minimum,
      });
    let numTest = share(n, test);
    let numVal = share(n, val);
    // Large shares of a small class must leave one picture to train on.
    while (numTest + numVal >= n) {
      if (numTest > numVal) numTest -= 1;
      else numVal -= 1;
    }
    seededOrder(group, seed).forEach((sample, i) => {
      chosen.set(sample, i < numTest ? 'test' : i < numTest + numVal ? 'val' : 'train');
    });
  });
  const part = (split: Split) =>
    pool.filter((s) => chosen.get(s) === split).map((sample) => ({ ...sample, split }));
  return { train: part('train'), val: part('val'), test: part('test') };
}

function checkClasses(dataset: Dataset): void {
  if (dataset.samples.length === 0) throw new SakerError('E_DATA_EMPTY', { path: dataset.root });
  if (dataset.classes.length < (dataset.multiLabel ? 1 : 2))
    throw new SakerError('E_DATA_ONE_CLASS', { path: dataset.root, label: dataset.classes[0] ?? '' });
}

/** The data's own splits, in the order train, val, test. */
export function ownSplits(dataset: Dataset): Split[] {
  const present = new Set(dataset.samples.map((s) => s.split));
  return SPLITS.filter((split) => present.has(split));
}

/**
 * Divides a dataset for training. Its own splits are kept as they are: with train and val, test stays what it is, also
 * when that is empty; with no val, val is cut from train. Pictures without a split in a manifest that has some train.
 * What is cut is stratified (`valFraction` of every class, at least one picture; multi-label data by Sechidis et al. 2011)
 * and a function of the seed and the pictures' names alone.
 * @throws SakerError E_DATA_EMPTY, E_DATA_ONE_CLASS, E_DATA_CLASS_TOO_SMALL, E_DATA_SPLIT (no train), E_ARG_INVALID.
 */
export function splitDataset(dataset: Dataset, options: SplitOptions = {}): Splits {
  const { valFraction = 0.2, testFraction = 0, seed = 0 } = options;
  checkFraction('valFraction', valFraction);
  checkFraction('testFraction', testFraction);
  if (valFraction + testFraction >= 1)
    throw new SakerError('E_ARG_INVALID', {
      name: 'valFraction and testFraction',
      expected: 'a sum below 1',
      received: valFraction + testFraction,
    });
  checkClasses(dataset);
  const own = ownSplits(dataset);
  const of = (split: Split) => dataset.samples.filter((s) => s.split === split);
  const pool = dataset.samples.filter((s) => s.split === 'train' || s.split === null);
  if (own.includes('val') || own.includes('test')) {
    if (pool.length === 0)
      throw new SakerError('E_DATA_SPLIT', { path: dataset.root, split: 'train', available: own.join(', ') });
    const rest = cut(dataset, pool, own.includes('val') ? 0 : valFraction, 0, seed);
    return { train: rest.train, val: own.includes('val') ? of('val') : rest.val, test: of('test') };
  }
  return cut(dataset, pool, valFraction, testFraction, seed);
}

/** Classes without a picture in a part that has pictures: nothing is learned of them there, or nothing measured. */
export function missingClasses(
  { classes }: Pick<Dataset, 'classes'>,
  splits: Splits,
): { readonly split: Split; readonly classes: readonly string[] }[] {
  return SPLITS.flatMap((split) => {
    if (splits[split].length === 0) return [];
    const counts = classCounts(splits[split], classes.length);
    const missing = classes.filter((_, i) => counts[i] === 0);
    return missing.length > 0 ? [{ split, classes: missing }] : [];
  });
}

/**
 * The samples of one of the data's own splits, or all of them for "all".
 * @throws SakerError E_DATA_SPLIT naming the splits there are.
 */
export function selectSplit(dataset: Dataset, split: Split | 'all'): Sample[] {
  if (split === 'all') return [...dataset.samples];
  const own = ownSplits(dataset);
  if (!own.includes(split))
    throw new SakerError('E_DATA_SPLIT', {
      path: dataset.root,
      split,
      available: [...own, 'all'].join(', '),
    });
  return dataset.samples.filter((s) => s.split === split);
}
