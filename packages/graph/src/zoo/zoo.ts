/** The model zoo: networks built by name. */
import { nearest, SakerError } from '@saker/spec';
import type { OnnxModel } from '../model.js';
import type { NetOptions } from './builder.js';
import { buildMobileNetV2 } from './mobilenet-v2.js';
import { buildResNet } from './resnet.js';
import { buildSmallCnn } from './small-cnn.js';

interface ZooEntry {
  /** Input side when none is asked for. */
  readonly size: number;
  /** Smallest input side that leaves something to pool. */
  readonly minSize: number;
  readonly build: (options: NetOptions) => OnnxModel;
}

const MODELS: Readonly<Record<string, ZooEntry>> = {
  small_cnn: { size: 32, minSize: 8, build: buildSmallCnn },
  resnet8: { size: 32, minSize: 8, build: (options) => buildResNet('resnet8', options) },
  resnet18: { size: 224, minSize: 16, build: (options) => buildResNet('resnet18', options) },
  resnet34: { size: 224, minSize: 16, build: (options) => buildResNet('resnet34', options) },
  resnet50: { size: 224, minSize: 16, build: (options) => buildResNet('resnet50', options) },
  mobilenet_v2: { size: 224, minSize: 16, build: buildMobileNetV2 },
};
const MAX_SIZE = 4096;
const MAX_SEED = 2 ** 32 - 1;

/** Names that `buildModel` knows, smallest network first. */
export const ZOO: readonly string[] = Object.keys(MODELS);

/** Options of `buildModel`. */
export interface BuildModelOptions {
  /** Outputs: the number of classes; 1 for a decision between two. */
  readonly numClasses: number;
  /** Side of the square input in pixels; the model's own (224, or 32 for the small ones) when left out. */
  readonly size?: number;
  /** 3 (RGB, the default) or 1 (grey). */
  readonly inChannels?: number;
  /** Seed of the initial weights, 0 .. 2^32-1; 0 when left out. */
  readonly seed?: number;
}

/** Input side in pixels that a zoo model is built with when none is asked for. Throws E_MODEL_UNKNOWN. */
export function zooSize(name: string): number {
  return entryOf(name).size;
}

function entryOf(name: string): ZooEntry {
  if (Object.hasOwn(MODELS, name)) return MODELS[name]!;
  const close = nearest(name, ZOO);
  throw new SakerError('E_MODEL_UNKNOWN', {
    name,
    suggestion: close ? `; the nearest is ${close}` : '',
    available: ZOO.join(', '),
  });
}

function checkWhole(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new SakerError('E_ARG_INVALID', {
    name,
    expected: `a whole number from ${low} to ${high}`,
    received: String(value),
  });
}

/**
 * Builds a network: opset 17, input `input` [N, C, size, size], output `logits` [N, numClasses], parameter names and
 * shapes of torchvision (without `num_batches_tracked`, which inference and Saker's trainer have no use for), weights
 * drawn as torchvision draws them from a generator seeded with `seed`. Equal options give equal bytes.
 * Throws E_MODEL_UNKNOWN with the nearest name, E_ARG_INVALID.
 */
export function buildModel(name: string, options: BuildModelOptions): OnnxModel {
  const entry = entryOf(name);
  const { numClasses, size = entry.size, inChannels = 3, seed = 0 } = options;
  checkWhole('numClasses', numClasses, 1, 1_000_000);
  checkWhole('size', size, entry.minSize, MAX_SIZE);
  checkWhole('seed', seed, 0, MAX_SEED);
  if (inChannels !== 1 && inChannels !== 3) {
    throw new SakerError('E_ARG_INVALID', {
      name: 'inChannels',
      expected: '1 or 3',
      received: String(inChannels),
    });
  }
  return entry.build({ numClasses, size, inChannels, seed });
}
