/**
 * metadata_props of a ModelProto, by protobuf's wire format (https://protobuf.dev/programming-guides/encoding): the
 * graph, which is nearly the whole file, is one field and stepped over by its length. Read here and not by protobuf's
 * library, because a server does it before it is ready, and the library's reader alone is 20 modules (34 ms of CPU).
 */
import { SakerError } from '@saker/spec/light';

/** Fields of ModelProto, onnx.proto. */
const IR_VERSION = 1;
const GRAPH = 7;
const METADATA_PROPS = 14;
/** Fields of StringStringEntryProto. */
const KEY = 1;
const VALUE = 2;
/** Bits of the longest number. */
const MAX_SHIFT = 63;

/** A message's field: a number, or the place of its bytes. */
interface FieldAt {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The properties that a model file carries, by key; of a key that stands twice the last. The graph is not looked into:
 * whether it can run is for whoever runs it to say.
 * @param bytes the file; only read.
 * @param file names it in errors.
 * @throws SakerError E_MODEL_NOT_ONNX when the bytes are no ModelProto with an IR version and a graph.
 */
export function readModelProperties(bytes: Uint8Array, file = 'The model'): Map<string, string> {
  const fail = (detail: string): never => {
    throw new SakerError('E_MODEL_NOT_ONNX', { file, detail });
  };
  if (bytes.byteLength === 0) fail('it holds no bytes');
  const properties = new Map<string, string>();
  const seen = new Set<number>();
  for (const { number, start, end } of fields(bytes, 0, bytes.byteLength, fail)) {
    seen.add(number);
    if (number !== METADATA_PROPS) continue;
    let key = '';
    let value = '';
    for (const part of fields(bytes, start, end, fail)) {
      if (part.number === KEY) key = text(bytes, part);
      if (part.number === VALUE) value = text(bytes, part);
    }
    properties.set(key, value);
  }
  if (!seen.has(IR_VERSION)) fail('it states no IR version');
  if (!seen.has(GRAPH)) fail('it holds no graph');
  return properties;
}

function* fields(
  bytes: Uint8Array,
  from: number,
  to: number,
  fail: (detail: string) => never,
): Generator<FieldAt> {
  const damaged = (): never => fail('its bytes are damaged or of another format');
  let at = from;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      if (at >= to) return damaged();
      const byte = bytes[at++] as number;
      // No shift operators: they would cut to 32 bits.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return damaged();
  };
  while (at < to) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    let start = at;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      start = at;
      at += length;
    } else damaged();
    if (number === 0 || at > to) damaged();
    yield { number, start, end: at };
  }
}

/** A copy, because text cannot be decoded where it lies in shared memory. */
function text(bytes: Uint8Array, { start, end }: FieldAt): string {
  return new TextDecoder().decode(bytes.slice(start, end));
}
