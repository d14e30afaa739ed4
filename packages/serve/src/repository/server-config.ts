/** The file of `saker serve --config`: limits of the server, and how its models are served. */
import { readFileSync } from 'node:fs';
import { SakerError } from '@saker/spec';
import { z } from 'zod';
import { type TracingOptions, tracingSchema } from '../tracing/settings.js';
import { type ModelConfig, modelConfigSchema, parseConfig } from './config.js';

const serverConfigSchema = z.strictObject({
  /** By model name; in place of the files in the repository. */
  models: z.record(z.string(), modelConfigSchema).default({}),
  /** Any limit of ServeLimits, under its name. */
  limits: z.record(z.string(), z.number()).default({}),
  /** Where traces go. */
  tracing: tracingSchema.optional(),
});

export interface ServerConfig {
  readonly models: Readonly<Record<string, ModelConfig>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly tracing?: TracingOptions;
}

/**
 * Reads a configuration, YAML or JSON.
 * @throws SakerError E_FILE_NOT_FOUND, E_FILE_READ, E_SERVE_CONFIG.
 */
export function readServerConfig(file: string): ServerConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SakerError('E_FILE_NOT_FOUND', { file });
    throw new SakerError('E_FILE_READ', { file, detail: message }, { cause });
  }
  return parseConfig(serverConfigSchema, text, file);
}
