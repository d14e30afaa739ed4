import { Loader, type Pipeline } from '@saker/core-native';
import { describePicture, type PicturePlace, SakerError } from '@saker/spec';
import type { PredictSamplesOptions, SampleFailure, SamplePredictions } from './prediction.js';
import type { Session } from './session.js';

/** Turns the scores of one picture, a row for each view, into probabilities. @throws SakerError E_MODEL_RUN when a score is not a number. */
export type ToProbabilities = (probabilities_C: Float32Array, scores_VC: Float32Array) => void;

/** How many probabilities a picture gets, of how many scores for each of its views. */
export interface ScoreSizes {
  readonly classes: number;
  readonly width: number;
  readonly views: number;
}

const DEFAULT_BATCH = 32;

/**
 * Classifies files in order through the native loader: its threads decode the next batches while ONNX Runtime holds
 * the JavaScript thread. The input tensor is the loader's slot itself.
 */
export async function predictSamples(
  pipeline: Pipeline,
  session: Session,
  toProbabilities: ToProbabilities,
  { classes: numClasses, width: rowWidth, views }: ScoreSizes,
  samples: readonly PicturePlace[],
  options: PredictSamplesOptions,
): Promise<SamplePredictions> {
  const block = new Float32Array(samples.length * numClasses);
  const probabilities: (Float32Array | null)[] = new Array(samples.length).fill(null);
  const failures: SampleFailure[] = [];
  const started = performance.now();
  const width = rowWidth * views;
  let inferenceMs = 0;
  let waitMs = 0;
  let done = 0;
  const fail = (index: number, thrown: unknown): void => {
    const sample = samples[index] as PicturePlace;
    const path = describePicture(sample);
    const error = SakerError.from(thrown);
    const named = error.params.file !== undefined && sample.offset === undefined;
    failures.push({ index, path, error: named ? error : error.with({ file: path }) });
  };
  const loader = new Loader({
    pipeline,
    samples: samples.map((sample, id) => ({ ...sample, label: 0, id })),
    batchSize: options.batchSize ?? DEFAULT_BATCH,
    shuffle: false,
    threads: options.threads,
  });
  try {
    for await (const batch of samples.length > 0 ? loader.epoch(0) : []) {
      try {
        const before = performance.now();
        const scores = await session.run(batch.data, batch.count * views);
        inferenceMs += performance.now() - before;
        waitMs += batch.waitMs;
        for (let i = 0; i < batch.count; i++) {
          const index = batch.sampleIds[i] as number;
          const status = batch.statuses[i];
          const row = block.subarray(index * numClasses, (index + 1) * numClasses);
          try {
            if (status) throw status;
            toProbabilities(row, scores.subarray(i * width, (i + 1) * width));
            probabilities[index] = row;
          } catch (thrown) {
            fail(index, thrown);
          }
        }
        done += batch.count;
      } finally {
        batch.release();
      }
      options.onProgress?.(done, samples.length);
    }
  } finally {
    loader.close();
  }
  failures.sort((a, b) => a.index - b.index);
  const seconds = (performance.now() - started) / 1000;
  const timings = { seconds, imagesPerSecond: done / seconds || 0, inferenceMs, waitMs };
  return { probabilities, failures, timings };
}
