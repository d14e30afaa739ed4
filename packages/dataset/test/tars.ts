/** Tars for tests, written by the rules of the format and not by the product's own writer. */

export interface TarFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Type flag; default '0'. */
  readonly type?: string;
}

/** One header and its content, padded; `size` may lie. */
export function tarBlock({ name, content, type = '0' }: TarFile, size?: number): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  const stated = size ?? body.length;
  header.write(name.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${stated.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

export const tarEnd = Buffer.alloc(1024);

export function tar(files: readonly TarFile[]): Buffer {
  return Buffer.concat([...files.map((file) => tarBlock(file)), tarEnd]);
}
