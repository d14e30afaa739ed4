/**
 * Reads TensorBoard event files by the published formats alone (TFRecord; protobuf's wire format): shares no code with
 * the writer. Refuses a record whose checksums do not hold.
 */
import { readFile } from 'node:fs/promises';

/** CRC32C bit by bit. */
function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const odd = ((remainder >>> 0) & 1) ^ ((byte >>> bit) & 1);
      remainder >>>= 1;
      if (odd) remainder ^= 0x82f63b78;
    }
  }
  return ~remainder >>> 0;
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
}

export type Field = { readonly number: number; readonly value: bigint | Buffer };

/** The fields of a message in the order in which they stand. */
export function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('cut varint');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (n: number): Buffer => {
    if (at + n > message.length) throw new Error('cut field');
    at += n;
    return message.subarray(at - n, at);
  };
  while (at < message.length) {
    const key = Number(varint());
    const type = key & 7;
    if (type !== 0 && type !== 1 && type !== 2 && type !== 5) throw new Error(`wire type ${type}`);
    const value = type === 0 ? varint() : take(type === 1 ? 8 : type === 5 ? 4 : Number(varint()));
    found.push({ number: key >>> 3, value });
  }
  return found;
}

export const bytesOf = (list: readonly Field[], number: number): Buffer | undefined =>
  list.find((f) => f.number === number)?.value as Buffer | undefined;

export interface ReadValue {
  readonly step: number;
  readonly wallTime: number;
  readonly tag: string;
  readonly fields: readonly Field[];
}

/** Every value of every event of a file, and the version that its first event tells. */
export async function readEvents(file: string): Promise<{ version: string; values: ReadValue[] }> {
  const bytes = await readFile(file);
  let version = '';
  const values: ReadValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = bytes.subarray(at, at + 8);
    const length = Number(header.readBigUInt64LE());
    if (unmask(bytes.readUInt32LE(at + 8)) !== crc32c(header)) throw new Error(`length CRC at ${at}`);
    const payload = bytes.subarray(at + 12, at + 12 + length);
    if (unmask(bytes.readUInt32LE(at + 12 + length)) !== crc32c(payload))
      throw new Error(`data CRC at ${at}`);
    at += length + 16;
    const event = fields(payload);
    const step = Number((event.find((f) => f.number === 2)?.value as bigint | undefined) ?? 0n);
    const wallTime = bytesOf(event, 1)?.readDoubleLE() ?? 0;
    version ||= bytesOf(event, 3)?.toString() ?? '';
    for (const summary of event.filter((f) => f.number === 5)) {
      for (const { number, value } of fields(summary.value as Buffer)) {
        if (number !== 1) throw new Error(`field ${number} of a summary`);
        const list = fields(value as Buffer);
        values.push({ step, wallTime, tag: bytesOf(list, 1)?.toString() ?? '', fields: list });
      }
    }
  }
  return { version, values };
}

/** Packed or repeated doubles. */
export function doubles(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(i * 8));
}
