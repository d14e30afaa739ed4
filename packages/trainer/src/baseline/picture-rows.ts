/** The features that a baseline is fitted on, of the pictures that could be read. */
import { compilePipeline } from '@saker/core-native';
import { extractFeatures } from '@saker/evaluate';
import type { OnnxModel } from '@saker/graph';
import { evalPipeline, type PipelineSpec } from '@saker/spec';
import type { LabelledPicture } from '../data.js';
import type { FeatureRows } from './one-vs-rest.js';

/** Side of the pictures whose pixels are features. */
export const PIXELS = 16;

/** A pretrained graph and how pictures become its input. */
export interface Backbone {
  readonly model: OnnxModel;
  readonly pipeline: PipelineSpec;
}

export interface PictureRows extends FeatureRows {
  /** The picture of each row. */
  readonly pictures: readonly LabelledPicture[];
}

function readable(
  rows: Float32Array,
  width: number,
  pictures: readonly LabelledPicture[],
  bad: Set<number>,
): PictureRows {
  const good = pictures.flatMap((_, i) => (bad.has(i) ? [] : [i]));
  const kept = new Float32Array(good.length * width);
  good.forEach((i, n) => {
    kept.set(rows.subarray(i * width, (i + 1) * width), n * width);
  });
  return { rows: kept, width, pictures: good.map((i) => pictures[i] as LabelledPicture) };
}

/** The pictures at 16 x 16. */
export async function pixelRows(pictures: readonly LabelledPicture[], threads: number): Promise<PictureRows> {
  const pipeline = compilePipeline(evalPipeline({ size: PIXELS }));
  const width = 3 * PIXELS * PIXELS;
  const rows = new Float32Array(pictures.length * width);
  const inputs = pictures.map(({ path, offset, length }) =>
    offset === undefined || length === undefined ? path : { path, offset, length },
  );
  const { statuses } = await pipeline.runBatch(inputs, { out: rows, threads });
  return readable(rows, width, pictures, new Set(statuses.flatMap((status, i) => (status ? [i] : []))));
}

/** What the backbone gives before its classifier. @throws SakerError E_MODEL_NO_HEAD, E_MODEL_RUN. */
export async function backboneRows(
  { model, pipeline }: Backbone,
  pictures: readonly LabelledPicture[],
  threads: number,
  onProgress: (done: number) => void,
): Promise<PictureRows> {
  const { rows, width, failures } = await extractFeatures(model, pictures, { pipeline, threads, onProgress });
  return readable(rows, width, pictures, new Set(failures.map(({ index }) => index)));
}
