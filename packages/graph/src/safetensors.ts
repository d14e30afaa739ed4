/**
 * The safetensors format: 8 bytes with the header's length (u64, little-endian), a JSON header that names each tensor's
 * element type, shape and byte range, then the bytes (https://huggingface.co/docs/safetensors).
 */
import { SakerError, type TensorDtype } from '@saker/spec';
import { type DenseTensor, DTYPES, elementCount } from './tensor.js';

/** What a file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, DenseTensor>;
  /** The free text that the header carries under `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference implementation's limit of a header. */
const MAX_HEADER = 100_000_000;

const NAMES: Readonly<Record<TensorDtype, string>> = {
  f32: 'F32',
  f16: 'F16',
  f64: 'F64',
  i64: 'I64',
  i32: 'I32',
  u8: 'U8',
  i8: 'I8',
  bool: 'BOOL',
};
const BY_NAME = new Map(Object.entries(NAMES).map(([dtype, name]) => [name, dtype as TensorDtype]));

interface Entry {
  readonly name: string;
  readonly dtype: TensorDtype | 'bf16';
  readonly dims: readonly number[];
  readonly start: number;
  readonly end: number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function entryOf(name: string, value: unknown, fail: (detail: string) => SakerError): Entry {
  const { dtype: type, shape, data_offsets: range } = (value ?? {}) as Record<string, unknown>;
  const dtype = type === 'BF16' ? 'bf16' : BY_NAME.get(String(type));
  if (dtype === undefined)
    throw fail(`the tensor ${name} has the element type ${type}, which Saker cannot read`);
  const counts = [shape, range].every((list) => Array.isArray(list) && list.every(isCount));
  if (!counts || (range as number[]).length !== 2) throw fail(`the header's entry of ${name} is malformed`);
  const [start, end] = range as [number, number];
  const bytes = elementCount(shape as number[]) * (dtype === 'bf16' ? 2 : DTYPES[dtype].bytes);
  if (end - start !== bytes) throw fail(`the tensor ${name} needs ${bytes} bytes but has ${end - start}`);
  return { name, dtype, dims: shape as number[], start, end };
}

/** bfloat16 is the upper half of an f32. */
function widened(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length * 2);
  for (let i = 0; i < bytes.length; i += 2) out.set(bytes.subarray(i, i + 2), 2 * i + 2);
  return out;
}

/**
 * Reads a whole file's bytes; the tensors are views of them, but for bf16, which becomes f32 (exactly). `file` names it in
 * errors. Nothing is read outside `bytes`, and every byte belongs to one tensor, as the format asks.
 * @throws SakerError E_SAFETENSORS_INVALID.
 */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const fail = (detail: string): SakerError => new SakerError('E_SAFETENSORS_INVALID', { file, detail });
  if (bytes.length < 8) throw fail(`it has ${bytes.length} bytes, fewer than the 8 of the header's length`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER || length > bytes.length - 8)
    throw fail(`its header claims ${length} bytes of a file of ${bytes.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    throw fail(`its header is no JSON (${(cause as Error).message})`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw fail('its header is no object');
  const { __metadata__: metadata = {}, ...rest } = header as Record<string, unknown>;
  const entries = Object.entries(rest).map(([name, value]) => entryOf(name, value, fail));
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  // A plain view, whatever is given: slices of Node's Buffers share memory.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + 8 + length, bytes.length - 8 - length);
  const tensors = new Map<string, DenseTensor>();
  let at = 0;
  for (const { name, dtype, dims, start, end } of entries) {
    if (start !== at) throw fail(`the bytes of ${name} begin at ${start}, expected ${at}`);
    if (end > data.length) throw fail(`${name} ends at byte ${end} of ${data.length}; the file is cut off`);
    const own = data.subarray(start, end);
    tensors.set(
      name,
      dtype === 'bf16' ? { dtype: 'f32', dims, data: widened(own) } : { dtype, dims, data: own },
    );
    at = end;
  }
  if (at !== data.length) throw fail(`${data.length - at} bytes at its end belong to no tensor`);
  const texts = Object.entries(metadata as object).map(([key, value]) => [key, String(value)]);
  return { tensors, metadata: Object.fromEntries(texts) };
}

/**
 * The bytes of a file with these tensors. Wide element types come first and names are in order, so that the bytes are a
 * function of the content and each tensor is aligned to its elements.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, DenseTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const width = ({ dtype }: DenseTensor): number => DTYPES[dtype].bytes;
  const entries = [...tensors].sort(([a, s], [b, t]) => width(t) - width(s) || (a < b ? -1 : a > b ? 1 : 0));
  let at = 0;
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  for (const [name, { dtype, dims, data }] of entries) {
    header.push([name, { dtype: NAMES[dtype], shape: dims, data_offsets: [at, at + data.byteLength] }]);
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + at).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let offset = 8 + padded;
  for (const [, { data }] of entries) {
    bytes.set(data, offset);
    offset += data.byteLength;
  }
  return bytes;
}
