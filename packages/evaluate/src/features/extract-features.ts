/** What a backbone sees in pictures: one row of features each. */
import { compilePipeline } from '@saker/core-native';
import { featureExtractor, type OnnxModel, writeModel } from '@saker/graph';
import type { PicturePlace, PipelineSpec } from '@saker/spec';
import { predictSamples } from '../predictor/predict-samples.js';
import type { PredictSamplesOptions, SampleFailure } from '../predictor/prediction.js';
import { Session } from '../predictor/session.js';

export interface FeatureOptions extends PredictSamplesOptions {
  /** How pictures become the graph's input; one view a picture. */
  readonly pipeline: PipelineSpec;
}

export interface Features {
  /** f32 [N, width] in the order of the samples; zeros where a picture could not be read. */
  readonly rows: Float32Array;
  readonly width: number;
  readonly failures: readonly SampleFailure[];
}

/**
 * Runs the part of a graph in front of its classifier in ONNX Runtime over pictures.
 * @throws SakerError E_MODEL_NO_HEAD, E_MODEL_RUN, E_MODEL_SHAPE, E_PIPELINE_UNSUPPORTED.
 */
export async function extractFeatures(
  model: OnnxModel,
  samples: readonly PicturePlace[],
  options: FeatureOptions,
): Promise<Features> {
  const { model: trunk, width } = featureExtractor(model);
  const pipeline = compilePipeline(options.pipeline);
  const { channels, height, width: columns, layout, dtype } = pipeline.outputShape;
  const itemDims = layout === 'NCHW' ? [channels, height, columns] : [height, columns, channels];
  const contract = { file: model.file, dtype, itemDims, numClasses: width };
  const session = await Session.open(writeModel(trunk), contract, options.threads);
  try {
    const rows = new Float32Array(samples.length * width);
    const copy = (to: Float32Array, from: Float32Array): void => to.set(from);
    const { probabilities, failures } = await predictSamples(
      pipeline,
      session,
      copy,
      { classes: width, width, views: 1 },
      samples,
      options,
    );
    probabilities.forEach((row, i) => {
      if (row) rows.set(row, i * width);
    });
    return { rows, width, failures };
  } finally {
    await session.close();
  }
}
