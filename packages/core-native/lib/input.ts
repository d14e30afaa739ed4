/** The forms in which a picture goes in, and how errors name them. */
import { type ErrorParams, SakerError } from '@saker/spec/light';
import { MAX_SEED, refuse, whole } from './checks.js';

/** Bytes `offset` to `offset + length` of a file: a picture in a tar shard, say. */
export interface FileRange {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** A picture: the path of a file, the file's bytes, or a part of a file. */
export type ImageInput = string | Uint8Array | FileRange;

/** Where a picture lies: the whole file at `path`, or a part of it; `offset` and `length` go together. */
export interface SampleSource {
  readonly path: string;
  readonly offset?: number | undefined;
  readonly length?: number | undefined;
}

function isPath(value: unknown): value is string {
  // A path with a NUL character names no file.
  return typeof value === 'string' && value.length > 0 && !value.includes('\0');
}

/** The checked form of a sample's place: a path, or a range. */
export function sampleSource(name: string, source: SampleSource): string | FileRange {
  const { path, offset, length } = source;
  if (!isPath(path)) refuse(`${name}.path`, 'the path of a file', path);
  if (offset === undefined && length === undefined) return path;
  return {
    path,
    offset: whole(`${name}.offset`, offset, 0, MAX_SEED),
    length: whole(`${name}.length`, length, 0, MAX_SEED),
  };
}

/** True for {path, offset, length}, whatever its values. */
export function isRange(value: unknown): value is FileRange {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && 'path' in value;
}

/** The checked input. */
export function imageInput(name: string, value: unknown): ImageInput {
  if (value instanceof Uint8Array || isPath(value)) return value;
  if (!isRange(value)) {
    return refuse(name, 'the path of a file, {path, offset, length}, or a Uint8Array of its bytes', value);
  }
  const { path, offset, length } = value;
  return sampleSource(name, {
    path,
    offset: offset ?? Number.NaN,
    length: length ?? Number.NaN,
  }) as FileRange;
}

/** The parameters that name `input` in an error; none for bytes. The same as the native core's. */
export function inputParams(input: ImageInput): ErrorParams {
  if (typeof input === 'string') return { file: input };
  if (!isRange(input)) return {};
  const { path, offset, length } = input;
  return { file: `${path} at byte ${offset}`, path, offset, length };
}

/** What was thrown about `input`, as an error that names it. */
export function errorAbout(input: ImageInput, thrown: unknown): SakerError {
  const error = SakerError.from(thrown);
  return input instanceof Uint8Array ? error : error.with(inputParams(input));
}
