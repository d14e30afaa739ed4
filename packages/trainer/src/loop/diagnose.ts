/** Why a step gave no finite loss or gradients, in words a user can act on. */
import type { Batch } from '@saker/core-native';
import type { TrainableModel, TrainOptions } from '@saker/core-native/autograd';
import type { OnnxModel } from '@saker/graph';
import { SakerError } from '@saker/spec';
import { type Divergence, findDivergence } from './find-divergence.js';

export interface DivergedStep {
  readonly model: TrainableModel;
  readonly graph: OnnxModel;
  readonly batch: Batch;
  /** The options of the step. */
  readonly options: TrainOptions;
  readonly lr: number;
  /** What a training picture is called. */
  readonly picture: (sampleId: number) => string;
}

/** Pictures named in the sentence; the parameters of the error name all. */
const NAMED = 3;
/** Weights start below 10; from here on they are the trouble themselves. */
const HUGE = 1e4;

/** Three digits; far from 1 with an exponent, which people read faster than zeros. */
function number(x: number): string {
  const size = Math.abs(x);
  if (Number.isFinite(x) && size > 0 && (size >= 1e6 || size < 1e-4)) return x.toExponential(2);
  return Number.isFinite(x) ? String(Number(x.toPrecision(3))) : String(x);
}

function some(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What is wrong, first cause first, and what to do about it. */
export function explain(
  d: Divergence,
  { lr, bad }: { readonly lr: number; readonly bad: readonly string[] },
): { readonly diagnosis: string; readonly advice: string } {
  const at = d.node === null ? null : `the output of ${d.op} '${d.node}'`;
  const lower = `--lr is ${number(lr)}; --clip 1 limits the gradients.`;
  if (bad.length > 0)
    return {
      diagnosis: `the pixels of ${some(bad)} are not finite`,
      advice: 'Check --mean and --std, and the pipeline that these pictures go through (saker show).',
    };
  if (d.badWeights.length > 0)
    return {
      diagnosis: `the weights ${some(d.badWeights)} were not finite before the step`,
      advice: 'Start from another model file or checkpoint.',
    };
  const grown = d.largestWeight > HUGE ? '; weights have grown far beyond what a network needs' : '';
  if (at !== null)
    return {
      diagnosis: `${at} is the first that is not finite${grown}`,
      advice: lower,
    };
  return {
    diagnosis: `every output is finite, so it was the loss or a gradient that was not${grown}`,
    advice: lower,
  };
}

/**
 * The error of a step with its diagnosis: E_TRAIN_DIVERGED with the learning rate, the layer, and the batch's sample ids
 * and pictures. Other errors come back as they are.
 */
export async function diagnosed(error: unknown, step: DivergedStep): Promise<unknown> {
  if (!(error instanceof SakerError) || error.code !== 'E_TRAIN_DIVERGED') return error;
  const { model, graph, batch, options, lr, picture } = step;
  const ids = [...batch.sampleIds];
  const pictures = ids.map(picture);
  const divergence = await findDivergence(model, graph, batch, options).catch(() => null);
  if (divergence === null) return error.with({ samples: ids.join(','), pictures: pictures.join('\n') });
  const bad = divergence.badItems.map((i) => pictures[i] as string);
  const { diagnosis, advice } = explain(divergence, { lr, bad });
  return error.with({
    diagnosis: `: ${diagnosis}; the batch held ${some(pictures)}`,
    advice: ` ${advice}`,
    lr: number(lr),
    node: divergence.node,
    samples: ids.join(','),
    pictures: pictures.join('\n'),
  });
}
