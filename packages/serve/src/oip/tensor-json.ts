/** Tensors as JSON: `data` flat or nested in row-major order. */
import { decodeBase64 } from '../body/base64.js';
import { BYTES, type Elements, isNumeric, NUMERIC, type NumericDatatype } from './datatypes.js';
import type { InputTensor } from './messages.js';
import { elementCount, type TensorHead, tensorError, unknownDatatype, wrongCount } from './tensor-bytes.js';

/** Nesting that a tensor of the protocol can have in earnest. */
const MAX_DEPTH = 32;
const RANGES: Readonly<Partial<Record<NumericDatatype, readonly [min: number, max: number]>>> = {
  UINT8: [0, 0xff],
  UINT16: [0, 0xffff],
  UINT32: [0, 0xffff_ffff],
  INT8: [-0x80, 0x7f],
  INT16: [-0x8000, 0x7fff],
  INT32: [-0x8000_0000, 0x7fff_ffff],
};
const LARGEST_FP32 = 3.4028234663852886e38;

/**
 * A tensor from JSON data. Encoded pictures (BYTES) are base64: JSON has no bytes.
 * @throws SakerError E_TENSOR_INVALID for data of another type, range or number; E_BODY_INVALID for bad base64.
 */
export function tensorFromJson(head: TensorHead, data: readonly unknown[]): InputTensor {
  const { name, datatype, shape, parameters } = head;
  const count = elementCount(head);
  const flat = flatten(name, data);
  if (flat.length !== count) throw wrongCount(head, count, flat.length);
  if (datatype === BYTES) {
    const elements = flat.map((value, i) => {
      if (typeof value !== 'string') throw tensorError(name, `element ${i} is not a base64 string`);
      return decodeBase64(value, `element ${i} of ${name.slice(0, 100)}`);
    });
    return { name, datatype, shape, parameters, elements };
  }
  if (!isNumeric(datatype)) throw unknownDatatype(head);
  return { name, datatype, shape, parameters, elements: numbers(name, datatype, flat) };
}

function numbers(name: string, datatype: NumericDatatype, flat: readonly unknown[]): Elements {
  if (datatype === 'FP16' || datatype === 'BF16')
    throw tensorError(name, `${datatype} cannot be sent as JSON; send it as binary data`);
  const wrong = (i: number): Error => tensorError(name, `element ${i} is no value of type ${datatype}`);
  const whole = (value: unknown, i: number): number => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(i);
    return value;
  };
  if (datatype === 'BOOL')
    return Uint8Array.from(flat, (value, i) => {
      if (typeof value !== 'boolean') throw wrong(i);
      return Number(value);
    });
  if (datatype === 'UINT64')
    return BigUint64Array.from(flat, (value, i) => {
      if (whole(value, i) < 0) throw wrong(i);
      return BigInt(value as number);
    });
  if (datatype === 'INT64') return BigInt64Array.from(flat, (value, i) => BigInt(whole(value, i)));
  if (datatype === 'FP32' || datatype === 'FP64') {
    const limit = datatype === 'FP32' ? LARGEST_FP32 : Number.MAX_VALUE;
    const check = (value: unknown, i: number): number => {
      if (typeof value !== 'number' || Math.abs(value) > limit) throw wrong(i);
      return value;
    };
    return datatype === 'FP32' ? Float32Array.from(flat, check) : Float64Array.from(flat, check);
  }
  const [min, max] = RANGES[datatype] as readonly [number, number];
  const array = new NUMERIC[datatype](new ArrayBuffer(flat.length * NUMERIC[datatype].BYTES_PER_ELEMENT));
  flat.forEach((value, i) => {
    const number = whole(value, i);
    if (number < min || number > max) throw wrong(i);
    array[i] = number;
  });
  return array;
}

/** Nested lists as one; without recursion, so that depth costs nothing. */
function flatten(name: string, data: readonly unknown[]): readonly unknown[] {
  let level = data;
  for (let depth = 0; level.some(Array.isArray); depth++) {
    if (depth === MAX_DEPTH) throw tensorError(name, `its data are nested more than ${MAX_DEPTH} deep`);
    level = level.flat();
  }
  return level;
}
