/** Walks the members of a tar by their headers; contents are passed over, and read only when asked for. */
import { type FileHandle, open } from 'node:fs/promises';
import { SakerError } from '@saker/spec';
import { BLOCK, isZeroBlock, parseHeader, paxRecords } from './tar-header.js';

/** A file in a tar: its content is bytes [offset, offset + length) of the tar. */
export interface TarMember {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** Where its own header stands. */
  readonly at: number;
}

/** Read at once: a small member's content, or the headers that follow a large one, come with the header before. */
const WINDOW = 8 * 1024;
/** Long names and pax records above this are damage. */
const MAX_EXTENSION = 1024 * 1024;
const FILES = '07';
/** Links, devices, folders and volume names: whatever size they state, no content follows. */
const WITHOUT_CONTENT = '123456V';
/** Members with content that is of no use here. */
const PASSED_OVER = 'gKDN';

/** An open tar. Not for concurrent calls. */
export class TarReader {
  readonly file: string;
  readonly size: number;
  readonly #handle: FileHandle;
  #window = new Uint8Array(0);
  #windowAt = 0;

  private constructor(file: string, size: number, handle: FileHandle) {
    this.file = file;
    this.size = size;
    this.#handle = handle;
  }

  /** @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ. */
  static async open(file: string): Promise<TarReader> {
    try {
      const handle = await open(file);
      const info = await handle.stat();
      if (info.isFile()) return new TarReader(file, info.size, handle);
      await handle.close();
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file }, { cause });
      throw new SakerError('E_FILE_READ', { file, detail: message }, { cause });
    }
    throw new SakerError('E_FILE_READ', { file, detail: 'it is not a file' });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Reports damage. */
  refuse(offset: number, detail: string): never {
    throw new SakerError('E_DATA_TAR', { file: this.file, offset, detail });
  }

  /**
   * Bytes [at, at + length), valid until the next call.
   * @throws SakerError E_DATA_TAR when the tar ends before, E_FILE_READ.
   */
  async bytes(at: number, length: number): Promise<Uint8Array> {
    if (at + length > this.size) {
      this.refuse(at, `the file ends at byte ${this.size}, ${at + length - this.size} bytes too early`);
    }
    const from = at - this.#windowAt;
    if (from >= 0 && from + length <= this.#window.length) return this.#window.subarray(from, from + length);
    const wanted = Math.min(Math.max(length, WINDOW), this.size - at);
    const buffer = new Uint8Array(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await this.#handle
        .read(buffer, filled, wanted - filled, at + filled)
        .catch((cause: Error) => {
          throw new SakerError('E_FILE_READ', { file: this.file, detail: cause.message }, { cause });
        });
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled < length) this.refuse(at, 'the file became shorter while it was read');
    this.#window = buffer.subarray(0, filled);
    this.#windowAt = at;
    return this.#window.subarray(0, length);
  }

  /** The content of a small member as text. */
  async text(member: TarMember): Promise<string> {
    return new TextDecoder().decode(await this.bytes(member.offset, member.length));
  }

  /**
   * The regular files, in order. Whole or not at all: a tar that is cut off or damaged throws when that place is
   * reached, and one without its closing blocks of zeros counts as cut off.
   * @throws SakerError E_DATA_TAR with the offset, E_FILE_READ.
   */
  async *members(): AsyncGenerator<TarMember> {
    let longName: string | null = null;
    let pax = new Map<string, string>();
    for (let at = 0; ; ) {
      if (at >= this.size) {
        this.refuse(
          this.size,
          at === 0 ? 'it holds no bytes' : 'it ends without the blocks of zeros that close a tar',
        );
      }
      const block = await this.bytes(at, BLOCK);
      if (isZeroBlock(block)) return;
      const header = parseHeader(block);
      if (typeof header === 'string') this.refuse(at, compressed(block, at) ?? header);
      const offset = at + BLOCK;
      const { type } = header;
      let size = WITHOUT_CONTENT.includes(type) ? 0 : header.size;
      if (type === 'L' || type === 'x') {
        if (size > MAX_EXTENSION) this.refuse(at, `a name of ${size} bytes`);
        const content = await this.bytes(offset, size);
        if (type === 'L') longName = new TextDecoder().decode(content).replace(/\0.*$/s, '');
        else pax = paxRecords(content) ?? this.refuse(at, 'its pax records are not well formed');
      } else if (!PASSED_OVER.includes(type)) {
        if (FILES.includes(type)) size = paxSize(pax) ?? size;
        else if (!WITHOUT_CONTENT.includes(type))
          this.refuse(at, `a member of type ${JSON.stringify(type)}, which Saker does not read`);
        if ([...pax.keys()].some((key) => key.startsWith('GNU.sparse')))
          this.refuse(at, 'a sparse file, which Saker does not read');
        const name = pax.get('path') ?? longName ?? header.name;
        const missing = offset + size - this.size;
        if (missing > 0) this.refuse(at, `the file ends ${missing} bytes before its member ${name} does`);
        if (FILES.includes(type) && !name.endsWith('/')) yield { name, offset, length: size, at };
        longName = null;
        pax = new Map();
      }
      at = offset + Math.ceil(size / BLOCK) * BLOCK;
    }
  }
}

function paxSize(pax: ReadonlyMap<string, string>): number | null {
  const size = pax.get('size');
  return size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : null;
}

/** What a file without a tar's header at its begin may be instead. */
function compressed(block: Uint8Array, at: number): string | null {
  if (at > 0) return null;
  const [a, b, c] = block;
  const kind =
    a === 0x1f && b === 0x8b
      ? 'gzip'
      : a === 0x28 && b === 0xb5
        ? 'zstd'
        : a === 0x42 && b === 0x5a && c === 0x68
          ? 'bzip2'
          : null;
  return kind && `it is compressed (${kind}); pictures are read in place, so unpack it to a plain .tar first`;
}
