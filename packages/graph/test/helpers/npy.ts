/** Reads float32 C-order .npy files (NumPy format version 1). */
import { readFileSync } from 'node:fs';

export interface NpyArray {
  readonly dims: number[];
  readonly data: Float32Array;
}

export function readNpy(file: string): NpyArray {
  const bytes = readFileSync(file);
  const headerEnd = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, headerEnd);
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '';
  if (!header.includes("'<f4'") || !header.includes("'fortran_order': False"))
    throw new Error(`${file}: ${header}`);
  const dims = shape.split(',').flatMap((part) => (part.trim() ? [Number(part)] : []));
  return { dims, data: new Float32Array(new Uint8Array(bytes.subarray(headerEnd)).buffer) };
}
