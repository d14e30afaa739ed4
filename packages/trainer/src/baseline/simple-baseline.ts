/** What a run has to beat: how often classes come, and logistic regression on features that nobody trained here. */
import { logisticRegression } from '@saker/evaluate';
import { Random } from '@saker/spec';
import type { LabelledPicture, RunData } from '../data.js';
import { MODEL_TASK } from '../loop/export.js';
import { PRIMARY_METRIC, type TaskFigures, taskFigures } from '../task/metrics.js';
import { oneVsRest } from './one-vs-rest.js';
import { type Backbone, backboneRows, type PictureRows, pixelRows } from './picture-rows.js';

/** Figures on the validation pictures of a run, 0..1, by the functions that measure the run itself. */
export interface SimpleBaseline {
  /** What `frequency` and `logistic.score` are: valAccuracy, of multi-label data valMAP, of binary data valRocAuc. */
  readonly metric: string;
  /** Telling every picture how frequent each class is in training. NaN where no validation picture has a label. */
  readonly frequency: number;
  /**
   * Accuracy of always saying the class that is most frequent in training; of multi-label data the share of pictures whose
   * labels are just those that more than half of the training pictures have.
   */
  readonly majority: number;
  readonly logistic: {
    /** The metric; of multi-label data each label is fitted against the rest. */
    readonly score: number;
    /** Of multi-label and binary data at the thresholds with the best F1, as a run's is. */
    readonly accuracy: number;
    /** `frozen`: what the pretrained backbone gives before its classifier; `pixels`: the picture at 16 x 16. */
    readonly features: 'frozen' | 'pixels';
    readonly width: number;
    /** Pictures it was fitted on: at most 2,000, with many labels at most 1,000, drawn evenly. */
    readonly fitted: number;
  };
}

export interface SimpleBaselineOptions {
  readonly data: RunData;
  /** The pretrained graph and its pipeline; null takes pixels. */
  readonly backbone: Backbone | null;
  readonly seed: number;
  readonly threads: number;
  readonly onProgress?: (done: number, total: number) => void;
}

const MOST = 2_000;
/** With several labels a picture each is a fit of its own: many labels share so many rows, but none has fewer than LEAST. */
const ROWS = 20_000;
const LEAST = 1_000;
/** Iterations of the fit: on features that separate the classes it would go on for little. */
const ITERATIONS = 60;
const BASELINE_STREAM = 0x42415345;

/** At most so many of the pictures, drawn evenly by the seed. */
function sampled(
  pictures: readonly LabelledPicture[],
  most: number,
  seed: number,
): readonly LabelledPicture[] {
  if (pictures.length <= most) return pictures;
  const random = new Random(seed, BASELINE_STREAM);
  const pool = [...pictures];
  for (let i = 0; i < most; i++) {
    const j = i + random.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j] as LabelledPicture, pool[i] as LabelledPicture];
  }
  return pool.slice(0, most);
}

const labelsOf = ({ label, labels }: LabelledPicture): readonly number[] => labels ?? [label];

/** The task's figures of a score for each class and picture. */
function figuresOf(
  { task, classes }: RunData,
  pictures: readonly LabelledPicture[],
  rows: readonly Float32Array[],
): TaskFigures & { readonly score: number } {
  const figures = taskFigures(MODEL_TASK[task], pictures.map(labelsOf), rows, classes.length);
  return { ...figures, score: figures.metrics[PRIMARY_METRIC[task]] ?? figures.accuracy };
}

function byFrequency(data: RunData): { frequency: number; majority: number } {
  const { task, train, val, classes } = data;
  const counts = classes.map((_, k) => train.filter((picture) => labelsOf(picture).includes(k)).length);
  const most = counts.indexOf(Math.max(...counts));
  const common = counts.flatMap((count, label) => (2 * count > train.length ? [label] : []));
  const told = task === 'multi' ? common : [most];
  const right = val.filter((picture) => String(labelsOf(picture)) === String(told)).length;
  const shares = Float32Array.from(counts, (count) => count / train.length);
  const { score } = figuresOf(
    data,
    val,
    val.map(() => shares),
  );
  const majority = right / Math.max(1, val.length);
  return { frequency: task === 'single' ? majority : score, majority };
}

/** The scores that logistic regression on the known pictures gives the asked ones; of one class a picture, 0 or 1. */
function logisticScores({ task, classes }: RunData, known: PictureRows, asked: PictureRows): Float32Array[] {
  const column = (label: number): Uint8Array =>
    Uint8Array.from(known.pictures, (picture) => Number(labelsOf(picture).includes(label)));
  const fit = { maxIterations: ITERATIONS };
  if (task === 'multi')
    return oneVsRest(
      known,
      classes.map((_, label) => column(label)),
      asked,
      fit,
    );
  if (task === 'binary')
    return oneVsRest(known, [column(1)], asked, fit).map(([p]) => Float32Array.of(1 - p!, p!));
  const { rows, width } = known;
  const labels = known.pictures.map(({ label }) => label);
  const { predict } = logisticRegression({ rows, width, labels }, { numClasses: classes.length, ...fit });
  return [...predict(asked.rows)].map((label) => Float32Array.from(classes, (_, k) => Number(k === label)));
}

/**
 * Measures the simple baselines of a run's data. Costs one pass of the backbone over the pictures and a fit, of multi-label
 * data one for each label; a function of (data, backbone, seed).
 * @throws SakerError E_MODEL_NO_HEAD, E_MODEL_RUN.
 */
export async function simpleBaseline(options: SimpleBaselineOptions): Promise<SimpleBaseline> {
  const { data, backbone, seed, threads } = options;
  const share = Math.max(LEAST, Math.floor(ROWS / data.classes.length));
  const train = sampled(data.train, data.task === 'multi' ? Math.min(MOST, share) : MOST, seed);
  const val = sampled(data.val, MOST, seed);
  const total = train.length + val.length;
  const rowsOf = (pictures: readonly LabelledPicture[], before: number): Promise<PictureRows> =>
    backbone
      ? backboneRows(backbone, pictures, threads, (done) => options.onProgress?.(before + done, total))
      : pixelRows(pictures, threads);
  const known = await rowsOf(train, 0);
  const asked = await rowsOf(val, train.length);
  const { score, accuracy } = figuresOf(data, asked.pictures, logisticScores(data, known, asked));
  return {
    metric: PRIMARY_METRIC[data.task],
    ...byFrequency(data),
    logistic: {
      score,
      accuracy,
      features: backbone ? 'frozen' : 'pixels',
      width: known.width,
      fitted: known.pictures.length,
    },
  };
}
