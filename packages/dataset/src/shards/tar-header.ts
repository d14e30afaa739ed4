/** One 512-byte header of a tar: POSIX ustar and pax (IEEE Std 1003.1), GNU's long names and binary sizes. */
export const BLOCK = 512;

/** What a header says, before long names and pax records are laid over it. */
export interface TarHeader {
  readonly name: string;
  /** Bytes of content that follow. */
  readonly size: number;
  /** POSIX type flag: '0' a file, '5' a folder, 'x' and 'g' pax records, 'L' and 'K' GNU's long names. */
  readonly type: string;
}

const utf8 = new TextDecoder();

function text(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return utf8.decode(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or big-endian bytes behind a first byte of 0x80 (GNU, for sizes of 8 GiB and more); null: neither. */
function number(block: Uint8Array, at: number, length: number): number | null {
  if (block[at] === 0x80) {
    let value = 0;
    for (let i = at + 1; i < at + length; i += 1) value = value * 256 + (block[i] as number);
    return Number.isSafeInteger(value) ? value : null;
  }
  const digits = text(block, at, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : null;
}

/** The sum of the header's bytes, its own field as spaces; some old programs summed signed bytes. */
function hasItsChecksum(block: Uint8Array): boolean {
  const stated = number(block, 148, 8);
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i += 1) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] as number);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stated === unsigned || stated === signed;
}

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** The header, or what is wrong with it. */
export function parseHeader(block: Uint8Array): TarHeader | string {
  if (!hasItsChecksum(block)) return 'what stands there is no header (its checksum is wrong)';
  const size = number(block, 124, 12);
  if (size === null) return 'the size of a member is not a number';
  const ustar = text(block, 257, 5) === 'ustar' && block[262] === 0;
  const prefix = ustar ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  // NUL is how tars from before POSIX say "a file".
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] as number);
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type };
}

/** The records `length key=value\n` of a pax header; null when they are not well formed. */
export function paxRecords(bytes: Uint8Array): Map<string, string> | null {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(utf8.decode(bytes.subarray(at, Math.max(at, space))));
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > bytes.length) return null;
    const record = utf8.decode(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals < 0 || bytes[at + length - 1] !== 0x0a) return null;
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}
