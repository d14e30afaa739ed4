/** Flags of `saker serve` about workers, batches and the repository. */
import type { ServeOptions } from '@saker/serve';
import { integer, text } from '../../../flags/parse.js';

export interface ServingFlags {
  readonly workers?: number;
  readonly threads?: number;
  readonly maxBatch?: number;
  readonly maxQueueDelayUs?: number;
  readonly targetP99Ms?: number;
  readonly config?: string;
  readonly watch: boolean;
}

const optional = (flag: string, brief: string, min: number, max: number) =>
  ({ kind: 'parsed', brief, placeholder: 'N', parse: integer(flag, { min, max }), optional: true }) as const;

export const servingFlags = {
  workers: optional(
    '--workers',
    'Worker threads for each version, with a session of their own; default: found by measuring',
    1,
    256,
  ),
  threads: optional('--threads', 'ONNX Runtime threads for each worker; default: found by measuring', 1, 256),
  maxBatch: optional('--max-batch', 'Greatest batch; default: found by measuring', 1, 1024),
  maxQueueDelayUs: optional(
    '--max-queue-delay-us',
    'Microseconds that a picture may wait for others to share its batch; default 0',
    0,
    60_000_000,
  ),
  targetP99Ms: optional(
    '--target-p99-ms',
    'Answer 99 of 100 requests within this; refuse what would be later',
    1,
    3_600_000,
  ),
  config: {
    kind: 'parsed',
    brief: 'YAML or JSON file with limits and the configuration of models',
    placeholder: 'FILE',
    parse: text('--config', 'a path'),
    optional: true,
  },
  watch: {
    kind: 'boolean',
    brief: 'Take up changes of the model files while serving; --no-watch keeps what was read at the start',
    default: true,
  },
} as const;

/**
 * The server's options by the flags; flags win over the configuration file.
 * @throws SakerError of `readServerConfig`.
 */
export async function servingOptions(flags: ServingFlags): Promise<Omit<ServeOptions, 'model'>> {
  // Not loaded with the flags, which every command line reads.
  const config =
    flags.config === undefined
      ? { models: {}, limits: {}, tracing: undefined }
      : (await import('@saker/serve')).readServerConfig(flags.config);
  const { workers, threads, maxBatch: maxBatchSize, maxQueueDelayUs, targetP99Ms, watch } = flags;
  const given = { workers, threads, maxBatchSize, maxQueueDelayUs, targetP99Ms };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...config.limits, ...set, models: config.models, tracing: config.tracing, watch };
}
