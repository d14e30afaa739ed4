/** Datatypes of the Open Inference Protocol, version 2. */

/** Elements of a tensor in memory; 16-bit floats as their bits. */
export type Elements =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array;

type ElementsClass = {
  new (buffer: ArrayBuffer): Elements;
  readonly BYTES_PER_ELEMENT: number;
};

/** By name: the array that holds the elements. BYTES has elements of any length and is not among them. */
export const NUMERIC = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  BF16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const satisfies Readonly<Record<string, ElementsClass>>;

export type NumericDatatype = keyof typeof NUMERIC;
/** Encoded pictures, strings, or any bytes. */
export const BYTES = 'BYTES';
export type Datatype = NumericDatatype | typeof BYTES;

/** True for the name of a datatype of numbers. */
export function isNumeric(name: string): name is NumericDatatype {
  return Object.hasOwn(NUMERIC, name);
}

/** What graphs call their element types, in the protocol's words. */
export const DATATYPE_OF = { f32: 'FP32', u8: 'UINT8', f16: 'FP16', bf16: 'BF16' } as const;

/** Triton's model configuration has its own names. */
export function configType(datatype: Datatype): `TYPE_${string}` {
  return datatype === BYTES ? 'TYPE_STRING' : `TYPE_${datatype}`;
}
