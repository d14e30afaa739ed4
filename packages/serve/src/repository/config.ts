/** How a model of the repository is served: Triton's model configuration, as far as it means something here, and traffic. */
import { createRequire } from 'node:module';
import { SakerError } from '@saker/spec';
import { z } from 'zod';
import { batchingSchema } from '../inference/batching/options.js';

const count = z.number().int().min(1);
const share = z.number().min(0).max(1);

/** Traffic for a version beside the one that is served by default. */
const traffic = {
  /** The version that gets it. */
  version: z.coerce.string().regex(/^[1-9]\d*$/, 'a version number'),
  /** Share of the requests that name no version, 0..1. */
  weight: share,
};

const rollbackSchema = z.strictObject({
  /** Requests of the version before it is judged, and in each look back. */
  min_requests: count.default(50),
  /** Greatest share of requests that fail by the version's fault. */
  max_error_rate: share.default(0.05),
  /** Greatest median latency, as a multiple of the default version's. */
  max_latency_ratio: z.number().min(1).default(2),
  /** Greatest share of requests whose most probable class differs from the default version's. */
  max_disagreement: share.default(0.2),
});

export const modelConfigSchema = z.strictObject({
  /** Greatest batch; 0 or absent lets the server find it. */
  max_batch_size: z.number().int().min(0).default(0),
  dynamic_batching: batchingSchema.prefault({}),
  version_policy: z
    .union([
      z.strictObject({ latest: z.strictObject({ num_versions: count.default(1) }) }),
      z.strictObject({ all: z.strictObject({}) }),
      z.strictObject({ specific: z.strictObject({ versions: z.array(count).min(1) }) }),
    ])
    .default({ latest: { num_versions: 1 } }),
  /** Worker threads, each with a session of its own; default: the server's --workers. */
  instance_group: z
    .array(z.strictObject({ count, kind: z.literal('KIND_CPU').optional() }))
    .max(1)
    .default([]),
  /** Milliseconds within which 99 of 100 requests are to be answered. */
  target_p99_ms: count.optional(),
  /** Answers part of the requests. */
  canary: z.strictObject(traffic).optional(),
  /** Sees copies of part of the requests; its answers are compared and dropped. */
  shadow: z.strictObject(traffic).optional(),
  /** When canary or shadow lose their traffic by themselves. */
  rollback: rollbackSchema.prefault({}),
});

export type ModelConfig = z.output<typeof modelConfigSchema>;
export type ModelConfigInput = z.input<typeof modelConfigSchema>;
export type RollbackOptions = z.output<typeof rollbackSchema>;

/** Loaded when there is a configuration to read: a server of one file has none. */
function parseYaml(text: string): unknown {
  const yaml = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return yaml.parse(text);
}

export const DEFAULT_CONFIG: ModelConfig = modelConfigSchema.parse({});

/**
 * Reads a configuration, YAML or JSON.
 * @param file names it in errors.
 * @throws SakerError E_SERVE_CONFIG.
 */
export function parseConfig<T extends z.ZodType>(schema: T, text: string, file: string): z.output<T> {
  let value: unknown;
  try {
    value = parseYaml(text) ?? {};
  } catch (cause) {
    const [detail = 'it is not YAML'] = (cause as Error).message.split('\n');
    throw new SakerError('E_SERVE_CONFIG', { file, detail }, { cause });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const at = issue?.path.join('.');
  throw new SakerError('E_SERVE_CONFIG', { file, detail: `${at ? `${at}: ` : ''}${issue?.message}` });
}
