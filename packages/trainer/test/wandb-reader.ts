/** Reads .wandb files by the formats alone (LevelDB's log in W&B's variant; protobuf's wire format); no code of the writer. */
import { type Field, fields } from './event-reader.js';

/** CRC-32 (IEEE 802.3) bit by bit. */
function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return ~remainder >>> 0;
}

/** The payloads of all records. Refuses wrong checksums, chunks out of order, and a last record that is cut. */
export function readLog(file: Buffer): Buffer[] {
  if (file.subarray(0, 7).toString('hex') !== '3a572642e1be00') throw new Error('no .wandb header');
  const records: Buffer[] = [];
  let open: Buffer[] | null = null;
  for (let at = 7; at < file.length; ) {
    const room = 32_768 - (at % 32_768);
    if (room < 7) {
      if (file.subarray(at, at + room).some((byte) => byte !== 0)) throw new Error(`filling at ${at}`);
      at += room;
      continue;
    }
    const [crc, length, type] = [file.readUInt32LE(at), file.readUInt16LE(at + 4), file[at + 6]!];
    if (length + 7 > room) throw new Error(`chunk at ${at} leaves its block`);
    if (crc !== crc32(file.subarray(at + 6, at + 7 + length))) throw new Error(`CRC at ${at}`);
    const data = file.subarray(at + 7, at + 7 + length);
    at += 7 + length;
    if ((type === 1 || type === 2) !== (open === null)) throw new Error(`chunk of type ${type} before ${at}`);
    open = [...(open ?? []), data];
    if (type === 1 || type === 4) {
      records.push(Buffer.concat(open));
      open = null;
    }
  }
  if (open) throw new Error('the last record is cut');
  return records;
}

const one = (list: readonly Field[], number: number) => list.find((f) => f.number === number)?.value;
const text = (list: readonly Field[], number: number): string => String(one(list, number) ?? '');
const all = (list: readonly Field[], number: number): Field[][] =>
  list.filter((f) => f.number === number).map(({ value }) => fields(value as Buffer));
const number = (list: readonly Field[], at: number): number =>
  Number((one(list, at) as bigint | undefined) ?? 0n);

/** Items with their key (field 2, or `key`) and JSON value (16). */
const values = (items: Field[][], key = 2): Record<string, unknown> =>
  Object.fromEntries(items.map((item) => [text(item, key), JSON.parse(text(item, 16))]));

export interface ReadRun {
  readonly kinds: readonly string[];
  readonly nums: readonly number[];
  readonly run: { id: string; project: string; name: string; config: Record<string, unknown> };
  readonly history: readonly { readonly step: number; readonly values: Record<string, unknown> }[];
  readonly summary: Record<string, unknown>;
  readonly exitCode: number | null;
}

const KINDS: Readonly<Record<number, string>> = {
  2: 'history',
  3: 'summary',
  17: 'run',
  18: 'exit',
  21: 'header',
};

/** A run from its records; the field numbers are those of wandb/proto/wandb_internal.proto. */
export function readRun(file: Buffer): ReadRun {
  const kinds: string[] = [];
  const nums: number[] = [];
  const history: { step: number; values: Record<string, unknown> }[] = [];
  let run = { id: '', project: '', name: '', config: {} as Record<string, unknown> };
  let summary: Record<string, unknown> = {};
  let exitCode: number | null = null;
  for (const payload of readLog(file)) {
    const record = fields(payload);
    const kind = record.find((f) => f.number !== 1)!;
    const body = fields(kind.value as Buffer);
    kinds.push(KINDS[kind.number] ?? `field ${kind.number}`);
    nums.push(number(record, 1));
    if (kind.number === 2)
      history.push({ step: number(all(body, 2)[0] ?? [], 1), values: values(all(body, 1)) });
    if (kind.number === 3) summary = { ...summary, ...values(all(body, 1)) };
    if (kind.number === 17) {
      const config = values(all(all(body, 4)[0]!, 1), 1);
      run = { id: text(body, 1), project: text(body, 3), name: text(body, 8), config };
    }
    if (kind.number === 18) exitCode = number(body, 1);
  }
  return { kinds, nums, run, history, summary, exitCode };
}
