/** Published weights of zoo models: what is known of them before they are fetched. */
import { nearest, SakerError } from '@saker/spec';
import { CHECKPOINTS, DEFAULT_CHECKPOINTS } from '../gen/checkpoints.js';

/** One published state dict, as its library's own configuration describes it. */
export interface Checkpoint {
  /** `model.tag`, as timm writes it; torchvision's tags are those of its weights enums. */
  readonly name: string;
  /** Zoo model that it fits. */
  readonly model: string;
  readonly library: 'timm' | 'torchvision';
  /** Repository on the Hugging Face hub, or file name on torchvision's host. */
  readonly path: string;
  /** First hexadecimal digits of the file's SHA-256; null where the library does not publish them. */
  readonly sha256: string | null;
  /** Outputs of its classifier; 0 without one. */
  readonly classes: number;
  /** Short side in pixels before the centre crop. */
  readonly resize: number;
  /** Side of the crop in pixels. */
  readonly crop: number;
  /** Mean by channel that its pictures were normalised with, of values 0..1. */
  readonly mean: readonly number[];
  /** Standard deviation by channel, likewise. */
  readonly std: readonly number[];
  readonly interpolation: 'bilinear' | 'bicubic';
  /** Licence in SPDX's terms, or the library's own name for it. */
  readonly license: string;
}

/**
 * The published weights of a zoo model, or of all, model by model; the one that the model's name alone stands for comes
 * first.
 */
export function checkpoints(model?: string): readonly Checkpoint[] {
  const models = model === undefined ? Object.keys(DEFAULT_CHECKPOINTS) : [model];
  return models.flatMap((name) => {
    const usual = DEFAULT_CHECKPOINTS[name];
    const own = CHECKPOINTS.filter((one) => one.model === name);
    return [...own.filter((one) => one.name === usual), ...own.filter((one) => one.name !== usual)];
  });
}

/**
 * Weights by name: `resnet50.a1_in1k`, or `resnet50` for that model's usual ones. Case does not matter.
 * @throws SakerError E_WEIGHTS_UNKNOWN with the nearest name.
 */
export function findCheckpoint(name: string): Checkpoint {
  const wanted = (Object.hasOwn(DEFAULT_CHECKPOINTS, name) ? DEFAULT_CHECKPOINTS[name]! : name).toLowerCase();
  const found = CHECKPOINTS.find((one) => one.name.toLowerCase() === wanted);
  if (found) return found;
  const names = CHECKPOINTS.map((one) => one.name);
  const close = nearest(name, names);
  throw new SakerError('E_WEIGHTS_UNKNOWN', { name, suggestion: close ? `; the nearest is ${close}` : '' });
}

/**
 * The weights that `name` means for a zoo model; `auto` is the model's usual ones.
 * @throws SakerError E_WEIGHTS_UNKNOWN; E_ARG_INVALID for weights of another model.
 */
export function checkpointFor(model: string, name: string): Checkpoint {
  if (name === 'auto' && !Object.hasOwn(DEFAULT_CHECKPOINTS, model))
    throw new SakerError('E_ARG_INVALID', {
      name: 'weights',
      expected: `a file, as no weights of ${model} are published`,
      received: name,
    });
  const found = findCheckpoint(name === 'auto' ? model : name);
  if (found.model === model) return found;
  const own = checkpoints(model).map((one) => one.name);
  throw new SakerError('E_ARG_INVALID', {
    name: 'weights',
    expected: own.length > 0 ? `weights of ${model} (${own.slice(0, 4).join(', ')})` : `a file for ${model}`,
    received: `${found.name}, which are of ${found.model}`,
  });
}
