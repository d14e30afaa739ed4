import { type RunConfigInput, SakerError } from '@saker/spec';
import { usage } from '../../errors.js';
import { readText } from '../../flags/read-text.js';
import type { TrainFlags } from './command.js';

/** The object in a JSON file. @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_CONFIG_INVALID. */
export async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  const content = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new SakerError('E_CONFIG_INVALID', { file, detail: (cause as Error).message }, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SakerError('E_CONFIG_INVALID', { file, detail: 'expected a JSON object' });
  }
  return value as Record<string, unknown>;
}

/**
 * The run configuration: that of the run to resume, the file of --config, the flags and DATA, each laid over the one before.
 * @throws SakerError E_USAGE when DATA or the model is in neither, E_FILE_NOT_FOUND, E_FILE_READ, E_CONFIG_INVALID,
 * the E_CHECKPOINT_ family.
 */
export async function runConfig(
  flags: Partial<TrainFlags>,
  data: string | undefined,
): Promise<RunConfigInput> {
  const {
    json: _json,
    quiet: _quiet,
    config: file,
    clip: clipGradNorm,
    resume,
    nproc: _nproc,
    ...given
  } = flags;
  const own = resume === undefined ? {} : await (await import('@saker/trainer')).resumeConfig(resume);
  const base = file === undefined ? own : { ...own, ...(await readConfigFile(file)) };
  // A list flag that was not given is an empty list.
  const over = Object.entries({ ...given, clipGradNorm, data }).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const merged: Record<string, unknown> = { ...base, ...Object.fromEntries(over) };
  if (merged.data === undefined) throw usage('The argument DATA is missing.');
  if (merged.model === undefined)
    throw usage(
      'Name a model with --model: the path of an .onnx file, or a zoo name such as small_cnn or resnet18 (saker models list).',
    );
  return merged as RunConfigInput;
}
