/** Weights by name from whatever format a file has. */
import { readFile } from 'node:fs/promises';
import { SakerError } from '@saker/spec';
import type { TensorValues } from '../put-tensors.js';
import { readModel } from '../read.js';
import { readSafetensors } from '../safetensors.js';
import { type DenseTensor, readTensor, tensorNumbers } from '../tensor.js';
import { readTorchFile } from './torch-file.js';

const FLOATS = new Set(['f16', 'f32', 'f64']);

function floats(tensors: Iterable<readonly [string, DenseTensor]>): Map<string, TensorValues> {
  const out = new Map<string, TensorValues>();
  for (const [name, tensor] of tensors) {
    if (!FLOATS.has(tensor.dtype)) continue;
    // An own copy of the bytes is aligned, and f32 needs no conversion.
    const data =
      tensor.dtype === 'f32'
        ? new Float32Array(new Uint8Array(tensor.data).buffer)
        : Float32Array.from(tensorNumbers(tensor));
    out.set(name, { dims: tensor.dims, data });
  }
  return out;
}

/**
 * The floating-point tensors of a .safetensors, .pth, .pt, .bin or .onnx file by name, as f32. The format follows from the
 * content of torch's archives and from the name of the others.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_WEIGHTS_FILE, E_SAFETENSORS_INVALID, E_MODEL_NOT_ONNX.
 */
export async function readWeights(file: string): Promise<Map<string, TensorValues>> {
  if (file.endsWith('.onnx')) {
    const tensors = readModel(file).graph.initializer.filter((tensor) => tensor.dims.length > 0);
    return floats(tensors.map((tensor) => [tensor.name, readTensor(tensor)] as const));
  }
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file });
    throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
  });
  if (file.endsWith('.safetensors')) return floats(readSafetensors(bytes, file).tensors);
  return readTorchFile(bytes, file);
}
