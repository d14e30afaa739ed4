/** One writer for each shard format. Items come in order; equal items give equal bytes. */
import type { Split } from '../types.js';
import { PartFile } from './files.js';
import { tarEnd, tarEntry } from './tar.js';
import type { ShardFormat, TensorDtype } from './types.js';

/** A picture ready to be stored. */
export interface ShardItem {
  /** Number of the picture in the data. */
  readonly index: number;
  readonly path: string;
  readonly label: string;
  readonly labelIndex: number;
  /** Of multi-label data, in place of both. */
  readonly labels?: readonly string[];
  readonly split: Split | null;
  readonly content: Uint8Array;
}

export interface ShardWriter {
  /** Returns the item's key. */
  add(item: ShardItem): Promise<string>;
  /** Gives the files their names. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Names of a shard's files, its index left aside; the first is the one that the index names. */
export function shardFiles(format: ShardFormat, stem: string): string[] {
  if (format === 'webdataset') return [`${stem}.tar`];
  return format === 'npy' ? [`${stem}.npy`, `${stem}.labels.npy`] : [`${stem}.safetensors`];
}

/** A tar with key.jpg, key.cls (the number of the class, of single-label data) and key.json (path, label or labels, and the split where the data has some). */
async function tarWriter(file: string): Promise<ShardWriter> {
  const part = await PartFile.create(file);
  return {
    async add({ index, path, label, labelIndex, labels, split, content }) {
      const key = String(index).padStart(9, '0');
      const words = { path, ...(labels ? { labels } : { label }), ...(split === null ? {} : { split }) };
      await part.append(
        Buffer.concat([
          tarEntry(`${key}.jpg`, content),
          ...(labels ? [] : [tarEntry(`${key}.cls`, Buffer.from(String(labelIndex)))]),
          tarEntry(`${key}.json`, Buffer.from(JSON.stringify(words))),
        ]),
      );
      return key;
    },
    async commit() {
      await part.append(tarEnd());
      await part.commit();
    },
    discard: () => part.discard(),
  };
}

const NPY_DTYPE = { u8: '|u1', f16: '<f2', f32: '<f4', i64: '<i8' } as const;
/** Room for the header, which is written last, when the number of pictures is known. A multiple of 64. */
const NPY_HEADER = 192;
const SAFETENSORS_HEADER = 512;

/** NumPy's format 1.0 (numpy.lib.format), its header padded to a fixed length as the format allows. */
function npyHeader(dtype: keyof typeof NPY_DTYPE, shape: readonly number[]): Buffer {
  const list = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${NPY_DTYPE[dtype]}', 'fortran_order': False, 'shape': (${list}), }`;
  const block = Buffer.alloc(NPY_HEADER, ' ');
  block.write('\x93NUMPY\x01\x00', 0, 'latin1');
  block.writeUInt16LE(NPY_HEADER - 10, 8);
  block.write(text, 10, 'latin1');
  block.write('\n', NPY_HEADER - 1, 'latin1');
  return block;
}

/** safetensors: length, JSON header padded with spaces, then `images` and `labels`. */
function safetensorsHeader(dtype: TensorDtype, shape: readonly number[], bytes: number): Buffer {
  const count = shape[0] as number;
  const header = {
    images: { dtype: dtype.toUpperCase(), shape, data_offsets: [0, bytes] },
    labels: { dtype: 'I64', shape: [count], data_offsets: [bytes, bytes + 8 * count] },
  };
  const block = Buffer.alloc(SAFETENSORS_HEADER, ' ');
  block.writeBigUInt64LE(BigInt(SAFETENSORS_HEADER - 8), 0);
  block.write(JSON.stringify(header), 8, 'latin1');
  return block;
}

interface TensorShape {
  readonly dtype: TensorDtype;
  /** Of one picture. */
  readonly shape: readonly number[];
}

async function tensorWriter(
  format: 'npy' | 'safetensors',
  files: readonly string[],
  tensor: TensorShape,
): Promise<ShardWriter> {
  const parts: PartFile[] = [];
  const discard = async (): Promise<void> => {
    for (const part of parts) await part.discard();
  };
  try {
    for (const file of files) parts.push(await PartFile.create(file));
    await parts[0]?.append(Buffer.alloc(format === 'npy' ? NPY_HEADER : SAFETENSORS_HEADER));
  } catch (thrown) {
    await discard();
    throw thrown;
  }
  const images = parts[0] as PartFile;
  const labels: bigint[] = [];
  return {
    async add({ labelIndex, content }) {
      await images.append(content);
      labels.push(BigInt(labelIndex));
      return String(labels.length - 1);
    },
    async commit() {
      const shape = [labels.length, ...tensor.shape];
      const labelBytes = Buffer.from(BigInt64Array.from(labels).buffer);
      if (format === 'npy') {
        await images.writeAt(npyHeader(tensor.dtype, shape), 0);
        const numbers = parts[1] as PartFile;
        await numbers.append(npyHeader('i64', [labels.length]));
        await numbers.append(labelBytes);
      } else {
        const bytes = images.size - SAFETENSORS_HEADER;
        await images.append(labelBytes);
        await images.writeAt(safetensorsHeader(tensor.dtype, shape, bytes), 0);
      }
      for (const part of parts) await part.commit();
    },
    discard,
  };
}

/** Opens a shard's files. @throws SakerError E_FILE_WRITE. */
export async function openShard(
  format: ShardFormat,
  stem: string,
  tensor: TensorShape | null,
): Promise<ShardWriter> {
  const files = shardFiles(format, stem);
  if (format === 'webdataset' || tensor === null) return tarWriter(files[0] as string);
  return tensorWriter(format, files, tensor);
}
