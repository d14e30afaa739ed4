/** `--pipeline FILE|PRESET`, as every command with that flag reads it. */
import { readFile } from 'node:fs/promises';
import {
  nearest,
  PIPELINE_PRESETS,
  type PipelineSpec,
  parsePipeline,
  pipelinePreset,
  SakerError,
} from '@saker/spec';
import { usage } from '../errors.js';
import { text } from './parse.js';

/** The flag's declaration. */
export const pipelineFlag = {
  kind: 'parsed',
  brief:
    'JSON file of a pipeline, or a preset: train224, train224-jitter, eval224 and those that saker ops lists',
  placeholder: 'FILE|PRESET',
  parse: text('--pipeline', 'a path or the name of a preset'),
  optional: true,
} as const;

const looksLikeFile = (given: string): boolean => /[/\\]|\.json$/i.test(given);

async function readPipelineFile(file: string): Promise<PipelineSpec> {
  const content = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT')
      throw new SakerError('E_FILE_READ', { file, detail: cause.message }, { cause });
    if (looksLikeFile(file)) throw new SakerError('E_FILE_NOT_FOUND', { file }, { cause });
    return null;
  });
  // Neither a preset nor a file: this throws, with the presets there are.
  if (content === null) return pipelinePreset(file);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    const detail = `${file} is not JSON: ${(cause as Error).message}`;
    throw new SakerError('E_PIPELINE_INVALID', { path: 'pipeline', detail }, { cause });
  }
  return parsePipeline(value);
}

/**
 * The canonical pipeline that the flag names: a preset, else a file. `./train224` is the file of that name.
 * @throws SakerError E_PIPELINE_UNKNOWN, E_PIPELINE_INVALID, E_FILE_NOT_FOUND, E_FILE_READ.
 */
export async function resolvePipeline(given: string): Promise<PipelineSpec> {
  return PIPELINE_PRESETS.some(({ name }) => name === given)
    ? pipelinePreset(given)
    : await readPipelineFile(given);
}

/** "; the nearest is X" for a sentence about an unknown name, or nothing. */
export function suggestion(given: string, names: readonly string[]): string {
  const guess = nearest(given, names);
  return guess === null ? '' : `; the nearest is ${guess}`;
}

/** The flag's value for a command that cannot do without. @throws SakerError E_USAGE. */
export function requiredPipeline(given: string | undefined): string {
  if (given !== undefined) return given;
  throw usage('Name a pipeline with --pipeline: a preset (saker ops lists them) or a JSON file.');
}
