/** Runs one functional transform: a picture in, u8 pixels out. */
import { type PipelineSpec, parsePipeline } from '@saker/spec';
import { MAX_INT32, refuse, whole } from './checks.js';
import { compilePipeline } from './compile-pipeline.js';
import type { DecodedImage } from './decode.js';
import { type ImageInput, isRange } from './input.js';
import { nativePipeline } from './pipeline.js';

/** u8 pixels, rows first: `data[(y * width + x) * channels + c]`; grey or RGB. */
export interface PixelInput {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** What the functions of this module take. */
export type FunctionalInput = ImageInput | PixelInput;

export type Op = Readonly<Record<string, unknown>> & { readonly op: string };

const KEY = { seed: 0, epoch: 0, sampleId: 0, reference: false } as const;

export function isPixels(input: unknown): input is PixelInput {
  return typeof input === 'object' && input !== null && !(input instanceof Uint8Array) && !isRange(input);
}

/** The checked bytes of a pixel input. */
function pixelBytes(input: PixelInput): Uint8Array {
  const { data, width, height, channels } = input;
  whole('input.width', width, 1, MAX_INT32);
  whole('input.height', height, 1, MAX_INT32);
  if (channels !== 1 && channels !== 3) refuse('input.channels', '1 or 3', channels);
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!bytes || data.length !== width * height * channels) {
    refuse('input.data', 'a Uint8Array of width x height x channels values', bytes ? data.length : data);
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

async function runRaw(
  input: FunctionalInput,
  ops: readonly Op[],
  channels: 1 | 3,
  seed = 0,
): Promise<{ data: Uint8Array; shape: readonly number[] }> {
  const bytes = isPixels(input) ? pixelBytes(input) : null;
  const output = { dtype: 'u8', layout: 'NHWC', channels };
  const spec: PipelineSpec = parsePipeline({ version: 1, ops, output });
  const pipeline = compilePipeline(spec);
  const { data, shape } =
    bytes === null
      ? await pipeline.runImage(input as ImageInput, { seed })
      : await nativePipeline(pipeline).runPixels(bytes, input as PixelInput, { ...KEY, seed });
  return { data: data as Uint8Array, shape };
}

export const channelsOf = (input: FunctionalInput): 1 | 3 =>
  isPixels(input) && input.channels === 1 ? 1 : 3;

export async function run(
  input: FunctionalInput,
  ops: readonly Op[],
  outChannels?: 1 | 3,
  seed = 0,
): Promise<DecodedImage> {
  const channels = outChannels ?? channelsOf(input);
  const { data, shape } = await runRaw(input, ops, channels, seed);
  const [height, width] = shape as [number, number];
  return { data, width, height, channels };
}

/** As `run`, for an op that makes several views: one picture each, in their order. */
export async function runViews(input: FunctionalInput, op: Op): Promise<DecodedImage[]> {
  const channels = channelsOf(input);
  const { data, shape } = await runRaw(input, [op], channels);
  const [views, height, width] = shape as [number, number, number];
  const size = height * width * channels;
  return Array.from({ length: views }, (_, i) => ({
    data: data.slice(i * size, (i + 1) * size),
    width,
    height,
    channels,
  }));
}
