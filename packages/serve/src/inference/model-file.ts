/** The model file, read once and shared by all workers, present and future. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { metadataOf, readModelProperties } from '@saker/graph/header';
import { type ModelMetadata, parseModelMetadata, SakerError } from '@saker/spec';

export interface LoadedModel {
  /** sha256:<hex> of the file. */
  readonly hash: string;
  readonly bytes: SharedArrayBuffer;
  /** Checked: workers take it as it is. */
  readonly metadata: ModelMetadata;
}

/**
 * Reads the model and what it says about itself, once for all workers; the graph is left to ONNX Runtime. A worker that
 * replaces a dead one gets the same bytes, whatever has happened to the file since.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_MODEL_NOT_ONNX, E_MODEL_NO_METADATA, E_MODEL_METADATA,
 *   E_PIPELINE_INVALID, E_PIPELINE_HASH.
 */
export function loadModelFile({
  model,
  name,
  metadata: given,
}: {
  /** A path, or the bytes themselves. */
  readonly model: string | Uint8Array;
  /** Names it in errors. */
  readonly name: string;
  /** Used in place of the file's own. */
  readonly metadata?: ModelMetadata;
}): LoadedModel {
  const bytes = typeof model === 'string' ? readFile(model) : shared(model);
  const view = new Uint8Array(bytes);
  const properties = readModelProperties(view, name);
  const metadata = given ? parseModelMetadata(given, name) : metadataOf(properties, name);
  if (!metadata) throw new SakerError('E_MODEL_NO_METADATA', { file: name });
  return { hash: `sha256:${createHash('sha256').update(view).digest('hex')}`, bytes, metadata };
}

function shared(source: Uint8Array): SharedArrayBuffer {
  const bytes = new SharedArrayBuffer(source.byteLength);
  new Uint8Array(bytes).set(source);
  return bytes;
}

/** Straight into shared memory. A file that is cut meanwhile is read as far as it goes. */
function readFile(file: string): SharedArrayBuffer {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    const bytes = new SharedArrayBuffer(fstatSync(descriptor).size);
    const view = new Uint8Array(bytes);
    let done = 0;
    while (done < view.byteLength) {
      const count = readSync(descriptor, view, done, view.byteLength - done, done);
      if (count === 0) return shared(view.subarray(0, done));
      done += count;
    }
    return bytes;
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file });
    const detail = code === 'EISDIR' ? 'it is a folder' : message;
    throw new SakerError('E_FILE_READ', { file, detail }, { cause: thrown });
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
