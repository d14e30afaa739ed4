/** The model zoo: networks built by name. */
import { nearest, SakerError } from '@saker/spec';
import type { OnnxModel } from '../model.js';
import type { NetOptions } from './builder.js';
import { buildConvNeXtAtto, buildConvNeXtTiny } from './convnext.js';
import { buildEfficientNet } from './efficientnet.js';
import { buildMobileNetV2 } from './mobilenet-v2.js';
import { buildMobileNetV3 } from './mobilenet-v3.js';
import { buildMobileVit } from './mobilevit.js';
import { buildRegNetY400Mf } from './regnet.js';
import { buildResNet } from './resnet.js';
import { buildShuffleNetV2 } from './shufflenet-v2.js';
import { buildSmallCnn } from './small-cnn.js';
import { buildVgg16Bn } from './vgg.js';
import { buildVit, PATCH } from './vit.js';

/** The library whose architecture, parameter names and start a model has; null for Saker's own. */
export type ZooReference = 'torchvision' | 'timm' | null;

interface ZooEntry {
  /** Input side when none is asked for. */
  readonly size: number;
  /** Smallest input side that leaves something to pool. */
  readonly minSize: number;
  /** The input side is a multiple of this. */
  readonly step: number;
  readonly reference: ZooReference;
  readonly build: (options: NetOptions) => OnnxModel;
}

/** One entry for each name that a family's builder takes. */
function family<N extends string>(
  build: (name: N, options: NetOptions) => OnnxModel,
  names: readonly N[],
  entry: Omit<ZooEntry, 'build'>,
): Record<string, ZooEntry> {
  return Object.fromEntries(
    names.map((name) => [name, { ...entry, build: (options: NetOptions) => build(name, options) }]),
  );
}

const OWN = { size: 32, minSize: 8, step: 1, reference: null } as const;
const TORCHVISION = { size: 224, minSize: 16, step: 1, reference: 'torchvision' } as const;
const TIMM = { size: 224, minSize: 32, step: 1, reference: 'timm' } as const;
const VIT = { ...TIMM, minSize: PATCH, step: PATCH } as const;
/** Models that halve their input five times before they look at neighbours. */
const DEEP = { ...TORCHVISION, minSize: 32 } as const;

const MODELS: Readonly<Record<string, ZooEntry>> = {
  small_cnn: { ...OWN, build: buildSmallCnn },
  ...family(buildResNet, ['resnet8'], OWN),
  ...family(buildResNet, ['resnet18', 'resnet34', 'resnet50', 'resnet101'], TORCHVISION),
  vgg16_bn: { ...DEEP, build: buildVgg16Bn },
  mobilenet_v2: { ...TORCHVISION, build: buildMobileNetV2 },
  ...family(buildMobileNetV3, ['mobilenet_v3_small', 'mobilenet_v3_large'], TORCHVISION),
  ...family(buildEfficientNet, ['efficientnet_b0'], TORCHVISION),
  ...family(buildEfficientNet, ['efficientnet_b1'], { ...TORCHVISION, size: 240 }),
  ...family(buildEfficientNet, ['efficientnet_b2'], { ...TORCHVISION, size: 288 }),
  ...family(buildEfficientNet, ['efficientnet_b3'], { ...TORCHVISION, size: 300 }),
  shufflenet_v2_x1_0: { ...TORCHVISION, build: buildShuffleNetV2 },
  regnet_y_400mf: { ...TORCHVISION, build: buildRegNetY400Mf },
  convnext_atto: { ...TIMM, build: buildConvNeXtAtto },
  convnext_tiny: { ...DEEP, build: buildConvNeXtTiny },
  ...family(
    buildVit,
    ['vit_tiny_patch16_224', 'vit_small_patch16_224', 'vit_base_patch16_224', 'deit_tiny_patch16_224'],
    VIT,
  ),
  ...family(buildMobileVit, ['mobilevit_xxs', 'mobilevit_s'], { ...TIMM, size: 256, minSize: 64, step: 64 }),
};
const MAX_SIZE = 4096;
const MAX_SEED = 2 ** 32 - 1;

/** Names that `buildModel` knows, by family. */
export const ZOO: readonly string[] = Object.keys(MODELS);

/** Options of `buildModel`. */
export interface BuildModelOptions {
  /** Outputs: the number of classes; 1 for a decision between two. */
  readonly numClasses: number;
  /** Side of the square input in pixels; the model's own when left out (`zooEntry`). */
  readonly size?: number;
  /** 3 (RGB, the default) or 1 (grey). */
  readonly inChannels?: number;
  /** Seed of the initial weights, 0 .. 2^32-1; 0 when left out. */
  readonly seed?: number;
  /** False leaves every weight at zero, for weights that come from a file; default true. */
  readonly drawn?: boolean;
}

/** Input side in pixels that a zoo model is built with when none is asked for. Throws E_MODEL_UNKNOWN. */
export function zooSize(name: string): number {
  return entryOf(name).size;
}

/** What is known of a zoo model without building it. Throws E_MODEL_UNKNOWN. */
export function zooEntry(name: string): Omit<ZooEntry, 'build'> {
  const { size, minSize, step, reference } = entryOf(name);
  return { size, minSize, step, reference };
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
 * shapes of its reference (without `num_batches_tracked`, which inference and Saker's trainer have no use for), weights
 * drawn as the reference draws them from a generator seeded with `seed`. Equal options give equal bytes.
 * Throws E_MODEL_UNKNOWN with the nearest name, E_ARG_INVALID.
 */
export function buildModel(name: string, options: BuildModelOptions): OnnxModel {
  const entry = entryOf(name);
  const { numClasses, size = entry.size, inChannels = 3, seed = 0, drawn = true } = options;
  checkWhole('numClasses', numClasses, 1, 1_000_000);
  checkWhole('size', size, entry.minSize, MAX_SIZE);
  if (size % entry.step !== 0) {
    throw new SakerError('E_ARG_INVALID', {
      name: 'size',
      expected: `a multiple of ${entry.step} for ${name}`,
      received: String(size),
    });
  }
  checkWhole('seed', seed, 0, MAX_SEED);
  if (inChannels !== 1 && inChannels !== 3) {
    throw new SakerError('E_ARG_INVALID', {
      name: 'inChannels',
      expected: '1 or 3',
      received: String(inChannels),
    });
  }
  return entry.build({ numClasses, size, inChannels, seed, drawn });
}
