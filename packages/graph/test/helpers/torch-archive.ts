/** Archives as torch.save writes them, with any lie inside. */
import { deflateRawSync } from 'node:zlib';

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from('X'), length, bytes]);
};
/** LONG1 of 8 bytes: any size, any sign. */
const whole = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return Buffer.concat([Buffer.from([0x8a, 8]), bytes]);
};
const tuple = (...items: Buffer[]): Buffer => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]);
export const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);

export interface Claim {
  readonly size?: number;
  readonly offset?: number;
  readonly dims?: readonly number[];
  readonly strides?: readonly number[];
}

/** A tensor on the storage "0": four floats, unless it claims otherwise. */
export function tensor({ size = 4, offset = 0, dims = [4], strides = [1] }: Claim): Buffer {
  const id = tuple(text('storage'), global('torch', 'FloatStorage'), text('0'), text('cpu'), whole(size));
  const call = tuple(
    Buffer.concat([id, Buffer.from('Q')]),
    whole(offset),
    tuple(...dims.map(whole)),
    tuple(...strides.map(whole)),
    Buffer.from([0x89]),
    Buffer.concat([global('collections', 'OrderedDict'), Buffer.from(')R')]),
  );
  return Buffer.concat([global('torch._utils', '_rebuild_tensor_v2'), call, Buffer.from('R')]);
}

/** A pickle of `{w: value}`. */
export const pickle = (value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('}('), text('w'), value, Buffer.from('u.')]);

export interface ZipEntry {
  readonly bytes: Buffer;
  readonly deflate?: boolean;
  /** Size that the directory states in place of the true one. */
  readonly claimed?: number;
}

/** A zip archive with its entries in the folder `archive`. */
export function zip(entries: Readonly<Record<string, ZipEntry>>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [short, { bytes, deflate = false, claimed = bytes.length }] of Object.entries(entries)) {
    const name = Buffer.from(`archive/${short}`);
    const body = deflate ? deflateRawSync(bytes) : bytes;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(deflate ? 8 : 0, 4);
    fields.writeUInt32LE(body.length, 14);
    fields.writeUInt32LE(claimed, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, name, body]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), fields, place, name]));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\u0005\u0006'), end]);
}
