/** A step that found no memory: which batch would have fitted. */
import type { Batch } from '@saker/core-native';
import type { TrainableModel, TrainOptions } from '@saker/core-native/autograd';
import { SakerError } from '@saker/spec';

export interface FailedStep {
  readonly model: TrainableModel;
  readonly batch: Batch;
  readonly options: TrainOptions;
  readonly globalStep: number;
  /** Batches that an update gathers. */
  readonly accumulate: number;
  /** Steps of several processes wait for each other, so that one cannot try alone. */
  readonly alone: boolean;
}

const isOutOfMemory = (error: unknown): error is SakerError =>
  error instanceof SakerError && error.code === 'E_MEMORY';

/** Trains a step on the first `count` pictures of the batch; false when that finds no memory either. */
async function fits({ model, batch, options }: FailedStep, count: number): Promise<boolean> {
  const { shape, targets, labels } = batch;
  const data = batch.device === 'cpu' ? batch.data : await batch.toHost();
  if (!(data instanceof Float32Array)) return false;
  const part = (values: Float32Array): Float32Array =>
    values.subarray(0, (values.length / shape[0]!) * count);
  try {
    await model.trainStep(
      {
        input: part(data),
        shape: [count, ...shape.slice(1)],
        layout: batch.layout,
        ...(targets ? { targets: part(targets) } : { labels: labels.subarray(0, count) }),
      },
      options,
    );
    return true;
  } catch (error) {
    // Whatever else fails had its memory: the weights mean nothing any more.
    return !isOutOfMemory(error);
  }
}

async function adviceFor(step: FailedStep): Promise<string> {
  const given = step.batch.shape[0]!;
  const smaller = 'Use smaller pictures (--size) or a smaller model.';
  if (given === 1) return smaller;
  if (!step.alone) return `Use --batch-size ${Math.floor(given / 2)} or less.`;
  let count = Math.floor(given / 2);
  while (count > 1 && !(await fits(step, count))) count = Math.floor(count / 2);
  if (count === 1 && !(await fits(step, 1))) return smaller;
  const accumulate = Math.ceil((given * step.accumulate) / count);
  return `A batch of ${count} fits, as a try has just shown: use --batch-size ${count}, with --accumulate ${accumulate} for updates of as many pictures.`;
}

/**
 * The error of a step as E_TRAIN_MEMORY when it found no memory, with the largest of the halved batch sizes that a step could
 * be run with just now; other errors come back as they are. Spoils the weights: the run is over.
 */
export async function withBatchThatFits(error: unknown, step: FailedStep): Promise<unknown> {
  if (!isOutOfMemory(error)) return error;
  return new SakerError(
    'E_TRAIN_MEMORY',
    {
      step: step.globalStep + 1,
      batch: step.batch.shape[0]!,
      detail: String(error.params.detail),
      advice: await adviceFor(step),
    },
    { cause: error },
  );
}
