/** The model file, read once and shared by all workers, present and future. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ModelMetadata, SakerError } from '@saker/spec';

export interface LoadedModel {
  /** sha256:<hex> of the file. */
  readonly hash: string;
  readonly bytes: SharedArrayBuffer;
  readonly metadata?: ModelMetadata;
}

/**
 * Reads the model. A worker that replaces a dead one gets the same bytes, whatever has happened to the file since.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ.
 */
export function loadModelFile({
  model,
  metadata,
}: {
  /** A path, or the bytes themselves. */
  readonly model: string | Uint8Array;
  readonly metadata?: ModelMetadata;
}): LoadedModel {
  const source = typeof model === 'string' ? readFile(model) : model;
  const bytes = new SharedArrayBuffer(source.byteLength);
  new Uint8Array(bytes).set(source);
  return {
    hash: `sha256:${createHash('sha256').update(source).digest('hex')}`,
    bytes,
    metadata,
  };
}

function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file });
    const detail = code === 'EISDIR' ? 'it is a folder' : message;
    throw new SakerError('E_FILE_READ', { file, detail }, { cause: thrown });
  }
}
