/** Checks a step's arguments and brings them into the form the addon reads. */
import { argumentError } from './errors.js';
import type { NativeCall } from './native.js';
import type { BatchLike, StepInput, TrainOptions } from './types.js';

function isBatch(input: object): input is BatchLike {
  return 'labels' in input && 'data' in input && 'shape' in input;
}

/** `labelled` says whether the call needs labels. */
export function toCall(step: StepInput, labelled: boolean): NativeCall {
  const { input } = step;
  let { labels, targets, mask, shape } = step;
  let nhwc = step.layout === 'NHWC';
  let source: unknown = input;
  if (input instanceof Float32Array) {
    if (!shape) throw argumentError('a Float32Array needs a shape');
  } else if (isBatch(input)) {
    if (labels === undefined) targets ??= input.targets;
    labels ??= input.labels;
    mask ??= maskOf(input);
    nhwc ||= input.layout === 'NHWC';
    source = input.toDLPack ? input.toDLPack() : input.data;
    if (!input.toDLPack) {
      if (!(input.data instanceof Float32Array))
        throw argumentError('a batch of pixels that are not f32, which the engine needs');
      shape ??= input.shape;
    }
  } else if (input === null || typeof input !== 'object') {
    throw argumentError('expected a Batch, a DLPack capsule or a Float32Array as input');
  }
  if (source instanceof Float32Array) checkSize(source, shape!);
  if (labelled) checkLabels(labels, targets, mask);
  return {
    input: source,
    nhwc,
    ...(shape && { shape }),
    ...(labels && { labels }),
    ...(targets && { targets }),
    ...(mask && { mask }),
  };
}

function maskOf(batch: BatchLike): Uint8Array | undefined {
  if (!batch.statuses?.some((status) => status !== null)) return undefined;
  return Uint8Array.from(batch.statuses, (status) => (status === null ? 1 : 0));
}

function checkSize(data: Float32Array, shape: readonly number[]): void {
  if (!shape.every((d) => Number.isInteger(d) && d > 0))
    throw argumentError(`shape [${shape}] is no list of positive integers`);
  const size = shape.reduce((product, d) => product * d, 1);
  if (size !== data.length) throw argumentError(`${data.length} values for shape [${shape}]`);
}

function checkLabels(
  labels: Int32Array | undefined,
  targets: Float32Array | undefined,
  mask: Uint8Array | undefined,
): void {
  if (targets !== undefined && !(targets instanceof Float32Array))
    throw argumentError('targets must be a Float32Array');
  if (targets === undefined && !(labels instanceof Int32Array))
    throw argumentError('labels must be an Int32Array');
  if (mask && !(mask instanceof Uint8Array)) throw argumentError('mask must be a Uint8Array');
  const count = labels?.length;
  if (mask && count !== undefined && mask.length !== count)
    throw argumentError(`mask must be a Uint8Array of ${count} entries`);
}

/** Ranges of the step's numbers. */
export function checkOptions(options: TrainOptions): void {
  inRange('labelSmoothing', options.labelSmoothing, (v) => v >= 0 && v < 1);
  const { clipGradNorm, clipGradValue, clipGradAgc } = options;
  const clips = Object.entries({ clipGradNorm, clipGradValue, clipGradAgc }).filter(
    ([, v]) => v !== undefined,
  );
  for (const [name, value] of clips) inRange(name, value, (v) => v > 0);
  if (clips.length > 1)
    throw argumentError(`one kind of clipping, received ${clips.map(([n]) => n).join(' and ')}`);
  inRange('seed', options.seed, (v) => Number.isSafeInteger(v) && v >= 0);
  inRange('step', options.step, (v) => Number.isSafeInteger(v) && v >= 0);
  for (const lr of options.lrs ?? []) inRange('lrs', lr, (v) => v >= 0);
}

export function inRange(name: string, value: number | undefined, ok: (v: number) => boolean): void {
  if (value !== undefined && !(Number.isFinite(value) && ok(value))) {
    throw argumentError(`${name} is ${value}, outside its range`);
  }
}
