/**
 * A checkpoint: everything that decides how a run goes on, in one safetensors file. Its tensors are `model/NAME` (weights
 * and running statistics), `optimizer/NAME/KIND` and `callback/CALLBACK/NAME`; the rest is JSON in its header, under
 * `saker`. One file, so that one rename replaces all of it at once.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Tensor, Tensors } from '@saker/core-native/autograd';
import { type DenseTensor, readSafetensors, writeSafetensors } from '@saker/graph';
import { type ErrorJson, type RunConfigInput, SAKER_VERSION, SakerError } from '@saker/spec';
import type { CallbackState, Json } from '../callbacks/callback.js';
import type { ResolvedConfig } from '../config/resolve.js';
import type { EpochResult } from '../events.js';
import type { MeterSums } from '../log/meter.js';
import { writeFileAtomic } from '../model/atomic.js';
import { decodeJson, encodeJson } from './json.js';

/** Where in the run a checkpoint stands. */
export interface Position {
  /** Index of the phase. */
  phase: number;
  /** Epochs of the phase that are trained and validated. */
  inPhase: number;
  /** Steps made of the epoch after those; 0: it has not begun. */
  step: number;
}

/** What a run must have in common with a checkpoint to go on from it. */
export interface RunIdentity {
  readonly config: ResolvedConfig;
  /** Processes that train together; absent: one. */
  readonly worldSize?: number;
  readonly dataHash: string;
  readonly classes: readonly string[];
  readonly counts: { readonly train: number; readonly val: number; readonly test: number };
  readonly base: { readonly name: string; readonly sha256: string | null };
  /** Every weight and running statistic with its dims. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

export interface Checkpoint {
  readonly identity: RunIdentity;
  readonly position: Position;
  readonly epoch: number;
  readonly globalStep: number;
  /** Sums of the running epoch, where it has begun. */
  readonly meter: MeterSums | null;
  readonly history: readonly EpochResult[];
  readonly rejected: readonly { readonly path: string; readonly error: ErrorJson }[];
  readonly lrFactors: readonly (readonly [string, number])[];
  readonly lrHold: number | null;
  readonly stop: { readonly by: string; readonly reason: string } | null;
  readonly callbacks: Readonly<Record<string, CallbackState>>;
  readonly model: Tensors;
  readonly optimizer: Tensors;
}

const FORMAT = 1;
const FILE = 'last.safetensors';

/** The folder of a run's checkpoints: `model.onnx` has `model.run`. */
export const runFolder = (out: string): string => `${out.replace(/\.onnx$/, '')}.run`;

/** The model file of a run's folder. */
export const modelFileOf = (run: string): string => `${run.replace(/\.run$/, '')}.onnx`;

/** The file in which a run keeps its latest checkpoint. */
export const checkpointFile = (run: string): string => join(run, FILE);

const dense = ({ dims, data }: Tensor): DenseTensor => ({
  dtype: 'f32',
  dims,
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

/** Names and tensors for a safetensors file. */
export function denseTensors(tensors: Tensors, prefix = ''): [string, DenseTensor][] {
  return Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, dense(tensor)]);
}

/** Writes a checkpoint in place of the one before; readers see one of the two. @throws SakerError E_DISK_FULL, E_FILE_WRITE. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const { model, optimizer, callbacks, ...rest } = checkpoint;
  const tensors = [...denseTensors(model, 'model/'), ...denseTensors(optimizer, 'optimizer/')];
  const json: Record<string, Json> = {};
  for (const [name, state] of Object.entries(callbacks)) {
    json[name] = state.json;
    tensors.push(...denseTensors(state.tensors ?? {}, `callback/${name}/`));
  }
  const text = encodeJson({ format: FORMAT, version: SAKER_VERSION, ...rest, callbacks: json });
  await writeFileAtomic(file, writeSafetensors(new Map(tensors), { saker: text }));
}

function floats(tensor: DenseTensor): Tensor {
  const copy = tensor.data.slice();
  return { dims: tensor.dims, data: new Float32Array(copy.buffer) };
}

/** Copies of the f32 tensors under a prefix, without it. */
export function tensorsUnder(tensors: ReadonlyMap<string, DenseTensor>, prefix: string): Tensors {
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), floats(tensor)]));
}

/**
 * The latest checkpoint of a run, given as its folder or as the file itself.
 * @throws SakerError E_CHECKPOINT_NOT_FOUND, E_CHECKPOINT_INVALID, E_SAFETENSORS_INVALID, E_FILE_READ.
 */
export async function readCheckpoint(run: string): Promise<Checkpoint> {
  const file = await fileOf(run);
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
  });
  const { tensors, metadata } = readSafetensors(bytes, file);
  const invalid = (detail: string) => new SakerError('E_CHECKPOINT_INVALID', { file, detail });
  if (metadata.saker === undefined) throw invalid('it is no checkpoint of a run, only weights');
  let state: Omit<Checkpoint, 'model' | 'optimizer' | 'callbacks'> & {
    format: number;
    version: string;
    callbacks: Record<string, Json>;
  };
  try {
    state = decodeJson(metadata.saker) as typeof state;
  } catch (cause) {
    throw invalid((cause as Error).message);
  }
  const { format, version, callbacks, ...rest } = state;
  if (format !== FORMAT)
    throw invalid(`it has format ${format}, written by Saker ${version}; this one reads ${FORMAT}`);
  const states = Object.entries(callbacks).map(([name, json]): [string, CallbackState] => [
    name,
    { json, tensors: tensorsUnder(tensors, `callback/${name}/`) },
  ]);
  return {
    ...rest,
    callbacks: Object.fromEntries(states),
    model: tensorsUnder(tensors, 'model/'),
    optimizer: tensorsUnder(tensors, 'optimizer/'),
  };
}

async function fileOf(run: string): Promise<string> {
  const found = await stat(run).catch(() => null);
  const file = found?.isFile() ? run : checkpointFile(run);
  if (found?.isFile() || (found && (await stat(file).catch(() => null)))) return resolve(file);
  throw new SakerError('E_CHECKPOINT_NOT_FOUND', { run });
}

/**
 * The configuration to resume a run with: its own, with the model file beside the run's folder, wherever that is by now.
 * @throws SakerError as `readCheckpoint` does.
 */
export async function resumeConfig(run: string): Promise<RunConfigInput> {
  const { identity } = await readCheckpoint(run);
  const folder = basename(resolve(run)) === FILE ? dirname(resolve(run)) : resolve(run);
  return { ...identity.config, out: modelFileOf(folder) };
}
