/**
 * Transforms with fixed parameters: the names and parameter order of torchvision.transforms.v2.functional in camelCase,
 * run by the kernels of the pipelines. A picture in, u8 pixels out.
 *
 * A picture is the path of a file, a part of a file, bytes, or pixels. Files and bytes are decoded as `decode` does (upright, RGB);
 * pixels keep their number of channels. Input arrays are read in place: leave them alone until the promise settles.
 *
 * Every function rejects with E_PIPELINE_INVALID when a parameter is out of range (the range is in
 * docs/reference/transforms.md), E_ARG_INVALID when the picture is none, and with the errors of `decode`.
 */
import { refuse, whole } from './checks.js';
import type { DecodedImage } from './decode.js';
import { type FunctionalInput, run, runViews } from './functional-run.js';

export type { FunctionalInput, PixelInput } from './functional-run.js';

/** How pictures are resampled, by Pillow's definitions. */
export type InterpolationMode = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/** `n`, `[n]`, `[x, y]` or `[left, top, right, bottom]`, in pixels. */
export type Padding = number | readonly number[];

/** Resizes to `[height, width]`, or the short side to a number with the aspect ratio kept. */
export function resize(
  input: FunctionalInput,
  size: number | readonly number[],
  options: {
    readonly interpolation?: InterpolationMode;
    readonly maxSize?: number | null;
    readonly antialias?: boolean;
  } = {},
): Promise<DecodedImage> {
  const { interpolation, maxSize, antialias } = options;
  return run(input, [{ op: 'Resize', size, interpolation, max_size: maxSize, antialias }]);
}

/** Crops a box and resizes it to `[height, width]` (a number: both). What lies outside the picture is black. */
export function resizedCrop(
  input: FunctionalInput,
  top: number,
  left: number,
  height: number,
  width: number,
  size: number | readonly number[],
  options: { readonly interpolation?: InterpolationMode; readonly antialias?: boolean } = {},
): Promise<DecodedImage> {
  return run(input, [{ op: 'ResizedCrop', top, left, height, width, size, ...options }]);
}

/** Crops a box; what lies outside the picture is black. */
export function crop(
  input: FunctionalInput,
  top: number,
  left: number,
  height: number,
  width: number,
): Promise<DecodedImage> {
  const size = [height, width];
  return run(input, [{ op: 'ResizedCrop', top, left, height, width, size, interpolation: 'nearest' }]);
}

/** Crops `[height, width]` (a number: both) from the centre; a smaller picture is padded with black. */
export function centerCrop(
  input: FunctionalInput,
  outputSize: number | readonly number[],
): Promise<DecodedImage> {
  return run(input, [{ op: 'CenterCrop', size: outputSize }]);
}

/**
 * The four corners of `[height, width]` (a number: both) and the centre: top left, top right, bottom left, bottom right,
 * centre. Rejects with E_IMAGE_TOO_SMALL when the picture is smaller.
 */
export function fiveCrop(input: FunctionalInput, size: number | readonly number[]): Promise<DecodedImage[]> {
  return runViews(input, { op: 'FiveCrop', size });
}

/** The five crops of the picture, then the five of its mirror image; see `fiveCrop`. */
export function tenCrop(
  input: FunctionalInput,
  size: number | readonly number[],
  options: { readonly verticalFlip?: boolean } = {},
): Promise<DecodedImage[]> {
  return runViews(input, { op: 'TenCrop', size, vertical_flip: options.verticalFlip });
}

/** Adds a border. */
export function pad(
  input: FunctionalInput,
  padding: Padding,
  options: {
    readonly fill?: number | readonly number[];
    readonly paddingMode?: 'constant' | 'edge' | 'reflect' | 'symmetric';
  } = {},
): Promise<DecodedImage> {
  return run(input, [{ op: 'Pad', padding, fill: options.fill, padding_mode: options.paddingMode }]);
}

/** Mirrors left and right. */
export function horizontalFlip(input: FunctionalInput): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomHorizontalFlip', p: 1 }]);
}

/** Mirrors top and bottom. */
export function verticalFlip(input: FunctionalInput): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomVerticalFlip', p: 1 }]);
}

/** Filters of the functions that warp. */
export type WarpInterpolation = 'nearest' | 'bilinear' | 'bicubic';

interface WarpOptions {
  readonly interpolation?: WarpInterpolation;
  readonly fill?: number | readonly number[];
}

/** Turns by `angle` degrees, counter-clockwise; `center` is [x, y], by default the middle. */
export function rotate(
  input: FunctionalInput,
  angle: number,
  options: WarpOptions & { readonly expand?: boolean; readonly center?: readonly number[] | null } = {},
): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomRotation', degrees: [angle, angle], ...options }]);
}

/**
 * Turns by `angle` degrees (clockwise), moves by `translate` [x, y] pixels, scales, and shears by `shear` degrees: a
 * number along x, or [x, y]. `center` is [x, y], by default the middle.
 */
export function affine(
  input: FunctionalInput,
  angle: number,
  translate: readonly number[],
  scale: number,
  shear: number | readonly number[],
  options: WarpOptions & { readonly center?: readonly number[] | null } = {},
): Promise<DecodedImage> {
  const both = typeof shear === 'number' ? [shear, 0] : shear.length === 1 ? [shear[0], shear[0]] : shear;
  return run(input, [{ op: 'Affine', angle, translate, scale, shear: both, ...options }]);
}

/** Moves four points of the picture, `startpoints`, to `endpoints`; each is [x, y]. */
export function perspective(
  input: FunctionalInput,
  startpoints: readonly (readonly number[])[],
  endpoints: readonly (readonly number[])[],
  options: WarpOptions = {},
): Promise<DecodedImage> {
  return run(input, [{ op: 'Perspective', startpoints, endpoints, ...options }]);
}

/** Multiplies by `brightnessFactor`, 0..100. */
export function adjustBrightness(input: FunctionalInput, brightnessFactor: number): Promise<DecodedImage> {
  return run(input, [{ op: 'ColorJitter', brightness: [brightnessFactor, brightnessFactor] }]);
}

/** Blends with the mean grey: 0 is flat, 1 the picture; 0..100. */
export function adjustContrast(input: FunctionalInput, contrastFactor: number): Promise<DecodedImage> {
  return run(input, [{ op: 'ColorJitter', contrast: [contrastFactor, contrastFactor] }]);
}

/** Blends with the grey picture: 0 is grey, 1 the picture; 0..100. */
export function adjustSaturation(input: FunctionalInput, saturationFactor: number): Promise<DecodedImage> {
  return run(input, [{ op: 'ColorJitter', saturation: [saturationFactor, saturationFactor] }]);
}

/** Turns the hue by a share of the circle, -0.5..0.5. */
export function adjustHue(input: FunctionalInput, hueFactor: number): Promise<DecodedImage> {
  return run(input, [{ op: 'ColorJitter', hue: [hueFactor, hueFactor] }]);
}

/** Raises to the power `gamma`, 0..100, and multiplies by `gain`. */
export function adjustGamma(input: FunctionalInput, gamma: number, gain?: number): Promise<DecodedImage> {
  return run(input, [{ op: 'AdjustGamma', gamma, gain }]);
}

/** Blends with the smoothed picture: 0 is smooth, 1 the picture, 2 twice as sharp; 0..100. */
export function adjustSharpness(input: FunctionalInput, sharpnessFactor: number): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomAdjustSharpness', sharpness_factor: sharpnessFactor, p: 1 }]);
}

/** 255 - value. */
export function invert(input: FunctionalInput): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomInvert', p: 1 }]);
}

/** Keeps the highest `bits` (0..8) of every value. */
export function posterize(input: FunctionalInput, bits: number): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomPosterize', bits, p: 1 }]);
}

/** Inverts the values at or above `threshold`, 0..256. */
export function solarize(input: FunctionalInput, threshold: number): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomSolarize', threshold, p: 1 }]);
}

/** Stretches every channel to the whole range. */
export function autocontrast(input: FunctionalInput): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomAutocontrast', p: 1 }]);
}

/** Equalizes the histogram of every channel. */
export function equalize(input: FunctionalInput): Promise<DecodedImage> {
  return run(input, [{ op: 'RandomEqualize', p: 1 }]);
}

/** Out channel c is in channel `permutation[c]`. */
export function permuteChannels(
  input: FunctionalInput,
  permutation: readonly number[],
): Promise<DecodedImage> {
  return run(input, [{ op: 'PermuteChannels', permutation }]);
}

/** Luma, as one channel or as three equal ones. */
export function rgbToGrayscale(input: FunctionalInput, numOutputChannels: 1 | 3 = 1): Promise<DecodedImage> {
  return run(input, [{ op: 'Grayscale', num_output_channels: numOutputChannels }], numOutputChannels);
}

const both = (v: number | readonly number[]): readonly number[] => {
  const list = typeof v === 'number' ? [v] : v;
  return list.length === 1 ? [list[0] as number, list[0] as number] : list;
};

/**
 * Blurs with a Gaussian. `kernelSize`: odd, a number or `[kx, ky]`; `sigma`: a number or `[sx, sy]`, by default
 * 0.15 kernelSize + 0.35 as torchvision has it.
 */
export async function gaussianBlur(
  input: FunctionalInput,
  kernelSize: number | readonly number[],
  sigma?: number | readonly number[] | null,
): Promise<DecodedImage> {
  const [kx = Number.NaN, ky = Number.NaN, ...moreTaps] = both(kernelSize);
  const [sx = Number.NaN, sy = Number.NaN, ...moreSigmas] = both(
    sigma ?? [kx * 0.15 + 0.35, ky * 0.15 + 0.35],
  );
  if (moreTaps.length > 0) refuse('kernelSize', 'a number or [kx, ky]', kernelSize);
  if (moreSigmas.length > 0) refuse('sigma', 'a number or [sx, sy]', sigma);
  return await run(input, [
    { op: 'GaussianBlur', kernel_size: [kx, 1], sigma: [sx, sx] },
    { op: 'GaussianBlur', kernel_size: [1, ky], sigma: [sy, sy] },
  ]);
}

/** Adds normal noise of `mean` and `sigma`, both of pictures scaled to 0..1; the same for the same `seed`. */
export function gaussianNoise(
  input: FunctionalInput,
  options: { readonly mean?: number; readonly sigma?: number; readonly seed?: number } = {},
): Promise<DecodedImage> {
  const { mean, sigma, seed = 0 } = options;
  whole('options.seed', seed, 0, Number.MAX_SAFE_INTEGER);
  return run(input, [{ op: 'GaussianNoise', mean, sigma }], undefined, seed);
}

/** Compresses to a JPEG of `quality` 1..100 and decompresses again. */
export function jpeg(input: FunctionalInput, quality: number): Promise<DecodedImage> {
  return run(input, [{ op: 'JPEG', quality }]);
}

/** Fills the box with `value` of 0..255: a number, or one a channel. */
export function erase(
  input: FunctionalInput,
  top: number,
  left: number,
  height: number,
  width: number,
  value: number | readonly number[],
): Promise<DecodedImage> {
  return run(input, [{ op: 'Erase', top, left, height, width, value }]);
}
