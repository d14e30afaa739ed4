/** Tensors that a model keeps in files beside it (the format's answer to protobuf's 2 GiB limit). */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { SakerError } from '@saker/spec';
import type { ModelProto, TensorProto } from './gen/onnx_pb.js';
import { DTYPES, dtypeOf, elementCount, hasExternalData, tensorDims } from './tensor.js';

/**
 * Reads the external data of all initializers into the message, so that the model is one file from here on.
 * Throws E_MODEL_EXTERNAL_DATA when a location leaves `folder`, is missing or too short.
 */
export function inlineExternalData(proto: ModelProto, folder: string): void {
  for (const tensor of proto.graph?.initializer ?? []) {
    if (!hasExternalData(tensor)) continue;
    tensor.rawData = readExternal(tensor, folder);
    tensor.externalData = [];
    tensor.dataLocation = 0;
  }
}

function readExternal(tensor: TensorProto, folder: string): Uint8Array<ArrayBuffer> {
  const fail = (detail: string, cause?: unknown) =>
    new SakerError('E_MODEL_EXTERNAL_DATA', { name: tensor.name, detail }, { cause });
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const relative = path.normalize(location);
  if (!location || path.isAbsolute(relative) || relative.split(path.sep).includes('..')) {
    throw fail(`its location '${location}' is not a file beside the model`);
  }
  const dtype = dtypeOf(tensor.dataType);
  if (dtype === null) throw fail('its element type is not supported');
  const offset = Number(entries.get('offset') ?? 0);
  const length = elementCount(tensorDims(tensor)) * DTYPES[dtype].bytes;
  if (entries.has('length') && Number(entries.get('length')) !== length) {
    throw fail(`it states ${entries.get('length')} bytes, its dims need ${length}`);
  }
  let descriptor: number;
  try {
    descriptor = openSync(path.join(folder, relative), 'r');
  } catch (cause) {
    throw fail(`${relative} cannot be opened`, cause);
  }
  try {
    const { size } = fstatSync(descriptor);
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > size) {
      throw fail(`bytes ${offset} to ${offset + length} are not in ${relative}, which holds ${size}`);
    }
    const data = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(descriptor, data, done, length - done, offset + done);
      if (count === 0) throw fail(`${relative} ended early`);
      done += count;
    }
    return data;
  } finally {
    closeSync(descriptor);
  }
}
