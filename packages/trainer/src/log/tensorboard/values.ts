/** Values of a summary, in the forms that every version of TensorBoard and its readers take. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type Summary_Value, Summary_ValueSchema } from '../../gen/tensorboard_pb.js';
import type { PngImage } from '../image/png.js';

const DT_STRING = 7;

/** Counts of values between limits, with what TensorBoard shows beside them. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Counts in intervals of equal width between min and max. */
  readonly counts: ArrayLike<number>;
}

type ValueInit = MessageInitShape<typeof Summary_ValueSchema>['value'];
const value = (
  tag: string,
  init: ValueInit,
  plugin?: string,
  content: Uint8Array = new Uint8Array(),
): Summary_Value =>
  create(Summary_ValueSchema, {
    tag,
    value: init as NonNullable<ValueInit>,
    ...(plugin !== undefined && {
      metadata: { pluginData: { pluginName: plugin, content: new Uint8Array(content) } },
    }),
  });

export function scalarValue(tag: string, x: number): Summary_Value {
  return value(tag, { case: 'simpleValue', value: x });
}

export function imageValue(tag: string, { width, height, bytes }: PngImage): Summary_Value {
  return value(tag, {
    case: 'image',
    value: { width, height, colorspace: 3, encodedImageString: new Uint8Array(bytes) },
  });
}

/** The upper limits of equal intervals; the last is max itself, so that no value lies beyond it. */
export function histogramValue(tag: string, h: Histogram): Summary_Value {
  const n = h.counts.length;
  const bucketLimit = Array.from({ length: n }, (_, i) =>
    i === n - 1 ? h.max : h.min + ((h.max - h.min) * (i + 1)) / n,
  );
  const { min, max, sum, sumSquares } = h;
  return value(tag, {
    case: 'histo',
    value: { min, max, num: h.count, sum, sumSquares, bucketLimit, bucket: Array.from(h.counts) },
  });
}

/** Markdown. */
export function textValue(tag: string, text: string): Summary_Value {
  const stringVal = [new TextEncoder().encode(text)];
  return value(
    tag,
    { case: 'tensor', value: { dtype: DT_STRING, tensorShape: { dim: [{ size: 1n }] }, stringVal } },
    'text',
  );
}

/** A value that carries nothing but a plugin's data; the tensor is there because readers want one. */
export function pluginValue(tag: string, plugin: string, content: Uint8Array): Summary_Value {
  return value(
    tag,
    { case: 'tensor', value: { dtype: 1, tensorShape: { dim: [{ size: 0n }] } } },
    plugin,
    content,
  );
}
