/**
 * Access to TensorProto: dims, element type and raw little-endian bytes, whichever of the storage
 * forms of the format the file uses (raw_data or the typed *_data fields).
 */
import { create } from '@bufbuild/protobuf';
import type { TensorDtype } from '@saker/spec';
import { SakerError } from '@saker/spec';
import { TensorProto_DataType as DT, type TensorProto, TensorProtoSchema } from './gen/onnx_pb.js';

/** A dense tensor: row-major elements as little-endian bytes. `data` may be a view of the model file's bytes. */
export interface DenseTensor {
  readonly dtype: TensorDtype;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

interface DTypeInfo {
  readonly onnx: DT;
  readonly bytes: number;
}

/** Element types that Saker computes with, their ONNX number and size in bytes. */
export const DTYPES: Readonly<Record<TensorDtype, DTypeInfo>> = {
  f32: { onnx: DT.FLOAT, bytes: 4 },
  f16: { onnx: DT.FLOAT16, bytes: 2 },
  f64: { onnx: DT.DOUBLE, bytes: 8 },
  i64: { onnx: DT.INT64, bytes: 8 },
  i32: { onnx: DT.INT32, bytes: 4 },
  u8: { onnx: DT.UINT8, bytes: 1 },
  i8: { onnx: DT.INT8, bytes: 1 },
  bool: { onnx: DT.BOOL, bytes: 1 },
};

const BY_ONNX = new Map<number, TensorDtype>(
  Object.entries(DTYPES).map(([name, info]) => [info.onnx, name as TensorDtype]),
);

/** The Saker name of an ONNX element type number, or null where Saker has none. */
export function dtypeOf(onnxType: number): TensorDtype | null {
  return BY_ONNX.get(onnxType) ?? null;
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

function bad(tensor: TensorProto, detail: string): SakerError {
  return new SakerError('E_MODEL_TENSOR', { name: tensor.name, detail });
}

/** Dims of a tensor as numbers. Throws E_MODEL_TENSOR for negative or unrepresentably large ones. */
export function tensorDims(tensor: TensorProto): number[] {
  const dims = tensor.dims.map(Number);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(elementCount(dims))) {
    throw bad(tensor, `its dims [${dims.join(', ')}] are out of range`);
  }
  return dims;
}

function typedBytes(tensor: TensorProto, dtype: TensorDtype): Uint8Array {
  const bytesOf = (array: ArrayBufferView) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  switch (dtype) {
    case 'f32':
      return bytesOf(Float32Array.from(tensor.floatData));
    case 'f64':
      return bytesOf(Float64Array.from(tensor.doubleData));
    case 'i64':
      return bytesOf(BigInt64Array.from(tensor.int64Data));
    case 'i32':
      return bytesOf(Int32Array.from(tensor.int32Data));
    case 'f16':
      return bytesOf(Uint16Array.from(tensor.int32Data));
    default:
      return Uint8Array.from(tensor.int32Data);
  }
}

/**
 * The tensor's elements. The bytes are a view of the file when it stores raw_data, so don't write to them.
 * Throws E_MODEL_TENSOR when the element type isn't one Saker computes with, when the data lies in another
 * file, or when the number of bytes doesn't fit the dims.
 */
export function readTensor(tensor: TensorProto): DenseTensor {
  const dims = tensorDims(tensor);
  const dtype = dtypeOf(tensor.dataType);
  if (dtype === null) {
    throw bad(tensor, `its element type ${DT[tensor.dataType] ?? tensor.dataType} is not supported`);
  }
  if (hasExternalData(tensor)) {
    throw new SakerError('E_MODEL_EXTERNAL_DATA', {
      name: tensor.name,
      detail: 'the file was not read with it',
    });
  }
  const data = hasRawData(tensor) ? tensor.rawData : typedBytes(tensor, dtype);
  const expected = elementCount(dims) * DTYPES[dtype].bytes;
  if (data.byteLength !== expected) {
    throw bad(
      tensor,
      `its dims [${dims.join(', ')}] as ${dtype} need ${expected} bytes but it holds ${data.byteLength}`,
    );
  }
  return { dtype, dims, data };
}

function hasRawData(tensor: TensorProto): boolean {
  return Object.hasOwn(tensor, 'rawData');
}

/** True when the tensor's elements are stored in a file beside the model. */
export function hasExternalData(tensor: TensorProto): boolean {
  return tensor.dataLocation === 1;
}

/** The bytes as an aligned typed view; copies only when the view would be misaligned. */
export function aligned(data: Uint8Array, bytes: number): Uint8Array {
  return data.byteOffset % bytes === 0 ? data : new Uint8Array(data);
}

/** Value of one IEEE 754 binary16 number given as its 16 bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest IEEE 754 binary16 number (ties to even) as its 16 bits; beyond the range it is infinity. */
export function floatToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1)));
  const steps = size / 2 ** (exponent - 10);
  const down = Math.floor(steps);
  const rest = steps - down;
  const rounded = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  // For normal numbers `rounded` is 1024 .. 2048; a carry to 2048 moves into the exponent by the addition.
  return sign | (size < 2 ** -14 ? rounded : ((exponent + 14) << 10) + rounded);
}

/** All elements as numbers. i64 beyond the safe range are clamped to it (exporters write INT64_MAX for "to the end"). */
export function tensorNumbers(tensor: DenseTensor): number[] {
  const data = aligned(tensor.data, DTYPES[tensor.dtype].bytes);
  const { buffer, byteOffset } = data;
  const count = elementCount(tensor.dims);
  switch (tensor.dtype) {
    case 'f32':
      return Array.from(new Float32Array(buffer, byteOffset, count));
    case 'f64':
      return Array.from(new Float64Array(buffer, byteOffset, count));
    case 'f16':
      return Array.from(new Uint16Array(buffer, byteOffset, count), halfToFloat);
    case 'i64':
      return Array.from(new BigInt64Array(buffer, byteOffset, count), clampToSafe);
    case 'i32':
      return Array.from(new Int32Array(buffer, byteOffset, count));
    case 'i8':
      return Array.from(new Int8Array(buffer, byteOffset, count));
    default:
      return Array.from(data);
  }
}

/** An i64 as a number, clamped to the range in which numbers are exact. */
export function clampToSafe(value: bigint): number {
  const limit = Number.MAX_SAFE_INTEGER;
  return value > limit ? limit : value < -limit ? -limit : Number(value);
}

/** A TensorProto that stores `data` as raw bytes (shared, not copied). */
export function makeTensor(
  name: string,
  dtype: TensorDtype,
  dims: readonly number[],
  data: ArrayBufferView,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: DTYPES[dtype].onnx,
    dims: dims.map(BigInt),
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  });
}
