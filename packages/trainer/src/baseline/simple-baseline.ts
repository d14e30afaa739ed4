/** What a run has to beat: the most frequent class, and logistic regression on features that nobody trained here. */

import { compilePipeline } from '@saker/core-native';
import { extractFeatures, logisticRegression } from '@saker/evaluate';
import type { OnnxModel } from '@saker/graph';
import { evalPipeline, type PipelineSpec, Random } from '@saker/spec';
import type { LabelledPicture, RunData } from '../data.js';

/** Accuracies on the validation pictures of a run, 0..1. */
export interface SimpleBaseline {
  /** Always saying the class that is most frequent in training. */
  readonly majority: number;
  readonly logistic: {
    readonly accuracy: number;
    /** `frozen`: what the pretrained backbone gives before its classifier; `pixels`: the picture at 16 x 16. */
    readonly features: 'frozen' | 'pixels';
    readonly width: number;
    /** Pictures it was fitted on: at most 2,000, drawn evenly. */
    readonly fitted: number;
  };
}

export interface SimpleBaselineOptions {
  readonly data: RunData;
  /** The pretrained graph and its pipeline; null takes pixels. */
  readonly backbone: { readonly model: OnnxModel; readonly pipeline: PipelineSpec } | null;
  readonly seed: number;
  readonly threads: number;
  readonly onProgress?: (done: number, total: number) => void;
}

const MOST = 2_000;
const PIXELS = 16;
/** Iterations of the fit: on features that separate the classes it would go on for little. */
const ITERATIONS = 60;
const BASELINE_STREAM = 0x42415345;

/** At most `MOST` of the pictures, drawn evenly by the seed. */
function sampled(pictures: readonly LabelledPicture[], seed: number): readonly LabelledPicture[] {
  if (pictures.length <= MOST) return pictures;
  const random = new Random(seed, BASELINE_STREAM);
  const pool = [...pictures];
  for (let i = 0; i < MOST; i++) {
    const j = i + random.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j] as LabelledPicture, pool[i] as LabelledPicture];
  }
  return pool.slice(0, MOST);
}

interface Rows {
  readonly rows: Float32Array;
  readonly width: number;
  readonly labels: number[];
}

/** Rows of the pictures that could be read, with their labels. */
function readable(
  rows: Float32Array,
  width: number,
  pictures: readonly LabelledPicture[],
  bad: Set<number>,
): Rows {
  const good = pictures.flatMap((picture, i) => (bad.has(i) ? [] : [{ picture, i }]));
  const kept = new Float32Array(good.length * width);
  good.forEach(({ i }, n) => {
    kept.set(rows.subarray(i * width, (i + 1) * width), n * width);
  });
  return { rows: kept, width, labels: good.map(({ picture }) => picture.label) };
}

async function pixelRows(pictures: readonly LabelledPicture[], threads: number): Promise<Rows> {
  const pipeline = compilePipeline(evalPipeline({ size: PIXELS }));
  const width = 3 * PIXELS * PIXELS;
  const rows = new Float32Array(pictures.length * width);
  const inputs = pictures.map(({ path, offset, length }) =>
    offset === undefined || length === undefined ? path : { path, offset, length },
  );
  const { statuses } = await pipeline.runBatch(inputs, { out: rows, threads });
  const bad = new Set(statuses.flatMap((status, i) => (status ? [i] : [])));
  return readable(rows, width, pictures, bad);
}

function majorityOf({ train, val, classes }: RunData): number {
  const counts = classes.map((_, k) => train.filter((picture) => picture.label === k).length);
  const most = counts.indexOf(Math.max(...counts));
  return val.filter((picture) => picture.label === most).length / Math.max(1, val.length);
}

/**
 * Measures the simple baselines of a run's data. Costs one pass of the backbone over the pictures; a function of
 * (data, backbone, seed).
 * @throws SakerError E_MODEL_NO_HEAD, E_MODEL_RUN.
 */
export async function simpleBaseline(options: SimpleBaselineOptions): Promise<SimpleBaseline> {
  const { data, backbone, seed, threads } = options;
  const train = sampled(data.train, seed);
  const val = sampled(data.val, seed);
  const total = train.length + val.length;
  const rowsOf = async (pictures: readonly LabelledPicture[], before: number): Promise<Rows> => {
    if (!backbone) return pixelRows(pictures, threads);
    const { rows, width, failures } = await extractFeatures(backbone.model, pictures, {
      pipeline: backbone.pipeline,
      threads,
      onProgress: (done) => options.onProgress?.(before + done, total),
    });
    return readable(rows, width, pictures, new Set(failures.map(({ index }) => index)));
  };
  const known = await rowsOf(train, 0);
  const asked = await rowsOf(val, train.length);
  const fit = logisticRegression(known, { numClasses: data.classes.length, maxIterations: ITERATIONS });
  const predicted = fit.predict(asked.rows);
  const right = asked.labels.filter((label, i) => predicted[i] === label).length;
  return {
    majority: majorityOf(data),
    logistic: {
      accuracy: right / Math.max(1, asked.labels.length),
      features: backbone ? 'frozen' : 'pixels',
      width: known.width,
      fitted: known.labels.length,
    },
  };
}
