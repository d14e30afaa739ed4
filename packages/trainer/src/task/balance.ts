/** What a run does about classes of unequal size, worked out from its training pictures. */
import { classCounts, labelsOf } from '@saker/dataset';
import type { ResolvedConfig } from '../config/resolve.js';
import type { RunData } from '../data.js';
import { classWeights } from './class-weights.js';

/** Reported at the start of a run. */
export interface Balance {
  /** Training pictures of each class, in class order. */
  readonly counts: readonly number[];
  /** Weight of each class in the loss; null when all count alike. */
  readonly weights: readonly number[] | null;
  /** Visits of pictures of each class in an epoch, on average. */
  readonly perEpoch: readonly number[];
}

/**
 * How often each picture comes, in proportion, under the balanced sampler: for one class a picture one over the size of
 * its class; for several labels that of the rarest of them. Pictures without a label count as a class of their own.
 */
function sampleWeights({ train, classes }: RunData, counts: readonly number[]): number[] {
  const none = train.filter((sample) => labelsOf(sample).length === 0).length;
  return train.map((sample) => {
    const sizes = labelsOf(sample).map((label) => counts[label] as number);
    return (
      1 / (sizes.length === 0 ? Math.max(none, train.length / (classes.length + 1)) : Math.min(...sizes))
    );
  });
}

export interface PlannedBalance extends Balance {
  /** For the loader; null: each picture once. */
  readonly sampleWeights: readonly number[] | null;
}

/** @throws SakerError E_CONFIG_INVALID, E_FILE_NOT_FOUND, E_FILE_READ for the file of class weights. */
export async function planBalance(config: ResolvedConfig, data: RunData): Promise<PlannedBalance> {
  const { classes, train } = data;
  const counts = classCounts(train, classes.length);
  const weights = await classWeights(
    config,
    { classes, counts, total: train.length },
    config.task === 'multi',
  );
  if (config.sampler === 'shuffle') return { counts, weights, perEpoch: counts, sampleWeights: null };
  const shares = sampleWeights(data, counts);
  const total = shares.reduce((a, b) => a + b, 0);
  const perEpoch = new Array<number>(classes.length).fill(0);
  train.forEach((sample, i) => {
    const visits = ((shares[i] as number) * train.length) / total;
    for (const label of labelsOf(sample)) perEpoch[label] = (perEpoch[label] as number) + visits;
  });
  return { counts, weights, perEpoch: perEpoch.map((n) => Math.round(n * 10) / 10), sampleWeights: shares };
}
