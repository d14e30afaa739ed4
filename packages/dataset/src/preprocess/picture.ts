/** One picture as its shard stores it. */
import { compilePipeline, type Pipeline, probe } from '@saker/core-native';
import { type PipelineSpec, parsePipeline, SakerError } from '@saker/spec';
import type { Sharp } from 'sharp';
import { displayPipeline, requireOneView } from '../display.js';
import { toHalf } from './half.js';
import { DEFAULT_QUALITY, type JobPlan } from './plan.js';

/** Turns a file's bytes into what a shard stores of it. `sampleId` keys the random draws. */
export type MakePicture = (bytes: Uint8Array, sampleId: number) => Promise<Uint8Array>;

/** Bytes and shape of one picture in a tensor shard. */
export interface TensorLayout {
  readonly dtype: 'u8' | 'f16' | 'f32';
  readonly shape: readonly number[];
}

/** The pipeline whose output is stored: u8 leaves Normalize out, f16 is made from f32. */
function tensorPipeline(spec: PipelineSpec, dtype: TensorLayout['dtype']): PipelineSpec {
  requireOneView(spec);
  const { layout } = spec.output;
  if (dtype === 'u8') {
    const { ops, output, ...rest } = displayPipeline(spec);
    return parsePipeline({ ...rest, ops, output: { ...output, layout } });
  }
  return parsePipeline({ ...spec, output: { ...spec.output, dtype: 'f32' } });
}

/** @throws SakerError E_PIPELINE_UNSUPPORTED when the pictures would differ in size. */
export function tensorPictures(
  spec: PipelineSpec,
  dtype: TensorLayout['dtype'],
  seed: number,
): TensorLayout & { readonly make: MakePicture } {
  const pipeline = compilePipeline(tensorPipeline(spec, dtype));
  const { channels, height, width, layout } = pipeline.outputShape;
  if (height === 0) {
    const detail = 'tensors need pictures of one size; end it with a crop or a Resize to [height, width]';
    throw new SakerError('E_PIPELINE_UNSUPPORTED', { detail });
  }
  const shape = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
  const make: MakePicture = async (bytes, sampleId) => {
    const { data } = await pipeline.runImage(bytes, { seed, sampleId });
    const stored = dtype === 'f16' ? toHalf(data as Float32Array) : data;
    return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  };
  return { dtype, shape, make };
}

/** [height, width] with no side above `most`, the aspect ratio kept; the size itself when it fits. */
export function within(height: number, width: number, most: number): [number, number] {
  const scale = Math.min(1, most / Math.max(height, width));
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
}

const shrink = (size: readonly [number, number]): object => ({
  op: 'Resize',
  size,
  interpolation: 'lanczos',
});

/** The upright picture, at most `maxSide` long. The size differs by picture, and so does the pipeline. */
async function wholePicture(bytes: Uint8Array, maxSide: number | null): Promise<Pipeline> {
  const { width, height } = await probe(bytes);
  const size = within(height, width, maxSide ?? Number.POSITIVE_INFINITY);
  const ops = size[0] === height && size[1] === width ? [] : [shrink(size)];
  return compilePipeline(
    parsePipeline({ ops, decode: { dct_scaling: 'auto' }, output: { dtype: 'u8', layout: 'NHWC' } }),
  );
}

/** A pipeline as stored pictures: its own u8 output, shrunk in the same pass when that is above `maxSide`. */
function cappedPipeline(spec: PipelineSpec, maxSide: number | null): Pipeline {
  const shown = displayPipeline(spec);
  const pipeline = compilePipeline(shown);
  if (maxSide === null) return pipeline;
  const { height, width } = pipeline.outputShape;
  if (height === 0) {
    const detail = 'the size of its output depends on the picture, so --max-side cannot be laid over it';
    throw new SakerError('E_PIPELINE_UNSUPPORTED', { detail });
  }
  if (Math.max(height, width) <= maxSide) return pipeline;
  return compilePipeline(
    parsePipeline({ ...shown, ops: [...shown.ops, shrink(within(height, width, maxSide))] }),
  );
}

async function encode(picture: Sharp, quality: number): Promise<Uint8Array> {
  try {
    return await picture.jpeg({ quality }).toBuffer();
  } catch (cause) {
    const detail = `it cannot be stored as JPEG (${(cause as Error).message}); --max-side would shrink it`;
    throw new SakerError('E_IMAGE_TOO_LARGE', { detail }, { cause });
  }
}

/** Pictures as JPEG (4:2:0). @throws SakerError E_PIPELINE_UNSUPPORTED. */
export function jpegPictures(plan: Pick<JobPlan, 'pipeline' | 'maxSide' | 'quality' | 'seed'>): MakePicture {
  const { pipeline: spec, maxSide, quality, seed } = plan;
  const fixed = spec === null ? null : cappedPipeline(spec, maxSide);
  return async (bytes, sampleId) => {
    // Loaded here, because libvips is large and most uses of this package need none of it.
    const { default: sharp } = await import('sharp');
    const pipeline = fixed ?? (await wholePicture(bytes, maxSide));
    const { data, shape } = await pipeline.runImage(bytes, { seed, sampleId });
    const [height, width, channels] = shape as [number, number, 1 | 3];
    return encode(
      sharp(data as Uint8Array, { raw: { width, height, channels } }),
      quality ?? DEFAULT_QUALITY,
    );
  };
}
