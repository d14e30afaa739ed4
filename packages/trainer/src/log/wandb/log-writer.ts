/**
 * The framing of a .wandb file: LevelDB's log format (google/leveldb, doc/log_format.md) behind a header of W&B's own, and
 * with plain CRC-32 in place of masked CRC32C. As the package wandb 0.30 writes it.
 */
import { crc32 } from 'node:zlib';

const BLOCK = 32_768;
/** CRC-32 of type and data, length u16, type u8; little-endian. */
const HEADER = 7;
const TYPES = { full: 1, first: 2, middle: 3, last: 4 } as const;
/** Says ":W&B", the magic number 0xBEE1 and version 0. Blocks are counted with it. */
const FILE_HEADER = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0);

function chunk(type: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEADER + data.length);
  const view = new DataView(out.buffer);
  view.setUint16(4, data.length, true);
  view.setUint8(6, type);
  out.set(data, HEADER);
  view.setUint32(0, crc32(out.subarray(6)), true);
  return out;
}

/** Turns records into the bytes that a file goes on with. */
export class LogWriter {
  private position = 0;

  /** The first bytes of the file. */
  start(): Uint8Array {
    this.position = FILE_HEADER.length;
    return FILE_HEADER;
  }

  /** One record, cut at the blocks' borders. A block's rest that holds no header is zeros. */
  frame(record: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    let more = true;
    for (let first = true; more; first = false) {
      let room = BLOCK - (this.position % BLOCK);
      if (room < HEADER) {
        parts.push(new Uint8Array(room));
        this.position += room;
        room = BLOCK;
      }
      const data = record.subarray(at, at + room - HEADER);
      at += data.length;
      more = at < record.length;
      const type = more ? (first ? TYPES.first : TYPES.middle) : first ? TYPES.full : TYPES.last;
      parts.push(chunk(type, data));
      this.position += HEADER + data.length;
    }
    return Buffer.concat(parts);
  }
}
