/** Tensors as bytes: little-endian elements in row-major order; elements of type BYTES with their length in front. */
import { SakerError } from '@saker/spec';
import { BYTES, type Elements, isNumeric, NUMERIC } from './datatypes.js';
import type { InputTensor, Parameters } from './messages.js';

const LENGTH_BYTES = 4;

/** What is known of a tensor before its elements. */
export interface TensorHead {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly parameters: Parameters;
}

/**
 * A tensor from the bytes of its elements, which are copied into memory of their own.
 * @throws SakerError E_TENSOR_INVALID when they are not as many as shape and datatype say.
 */
export function tensorFromBytes(head: TensorHead, bytes: Uint8Array): InputTensor {
  const { name, datatype, shape, parameters } = head;
  const count = elementCount(head);
  if (datatype === BYTES) {
    const elements = splitElements(name, bytes);
    if (elements.length !== count) throw wrongCount(head, count, elements.length);
    return { name, datatype, shape, parameters, elements };
  }
  if (!isNumeric(datatype)) throw unknownDatatype(head);
  const size = NUMERIC[datatype].BYTES_PER_ELEMENT;
  if (bytes.byteLength !== count * size)
    throw tensorError(name, `shape and datatype ask for ${count * size} bytes, received ${bytes.byteLength}`);
  const elements: Elements = new NUMERIC[datatype](new Uint8Array(bytes).buffer);
  return { name, datatype, shape, parameters, elements };
}

/** Elements of type BYTES as one piece of memory. */
export function joinElements(elements: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(elements.reduce((sum, { byteLength }) => sum + LENGTH_BYTES + byteLength, 0));
  const view = new DataView(joined.buffer);
  let at = 0;
  for (const element of elements) {
    view.setUint32(at, element.byteLength, true);
    joined.set(element, at + LENGTH_BYTES);
    at += LENGTH_BYTES + element.byteLength;
  }
  return joined;
}

/** @throws SakerError E_TENSOR_INVALID when a length leads beyond the end. */
export function splitElements(name: string, bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    const from = at + LENGTH_BYTES;
    const end = from <= bytes.byteLength ? from + view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (end > bytes.byteLength)
      throw tensorError(name, `element ${elements.length} is longer than what is left of the data`);
    elements.push(bytes.subarray(from, end));
    at = end;
  }
  return elements;
}

/**
 * Elements that a shape asks for. Not allocated for: what is compared with it has arrived.
 * @throws SakerError E_TENSOR_INVALID for a size that is no whole number from 0.
 */
export function elementCount({ name, shape }: Pick<TensorHead, 'name' | 'shape'>): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0)
      throw tensorError(name, 'the sizes of its shape must be whole numbers from 0');
    count *= size;
  }
  return count;
}

/** E_TENSOR_INVALID for a number of elements other than the shape's. */
export function wrongCount({ name, shape }: TensorHead, expected: number, received: number): SakerError {
  return tensorError(name, `shape [${shape.join(',')}] asks for ${expected} elements, received ${received}`);
}

/** E_TENSOR_INVALID for a datatype that the protocol does not have. */
export function unknownDatatype({ name, datatype }: TensorHead): SakerError {
  return tensorError(name, `${clip(datatype)} is no datatype of the protocol`);
}

/** E_TENSOR_INVALID with the tensor's name, which came from outside, cut to a sane length. */
export function tensorError(name: string, detail: string): SakerError {
  return new SakerError('E_TENSOR_INVALID', { name: clip(name), detail });
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
