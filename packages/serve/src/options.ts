/** ServeOptions: every knob of the server, with its default and its range. */
import { type ModelMetadata, SakerError } from '@saker/spec';
import type { FastifyLoggerOptions } from 'fastify';
import { z } from 'zod';
import type { ModelConfigInput } from './repository/config.js';
import { type ResolvedSecurity, type SecurityOptions, securitySchema } from './security/options.js';
import type { TracingOptions } from './tracing/settings.js';

const MIB = 1024 * 1024;
const count = z.number().int().min(1);
const ms = z.number().int().min(1).max(3_600_000);

const limitsSchema = z.object({
  /**
   * Worker threads; each owns one ONNX Runtime session. Default: one per core, as far as memory goes; fewer of more threads
   * for a model that takes long. `--workers` and `--threads` alone or together leave nothing to measuring.
   */
  workers: count.max(256).optional(),
  /** ONNX Runtime threads per worker. Default: the cores left to each worker, at least 1. */
  threads: count.max(256).optional(),
  /** Triton's max_batch_size for models that set none; default: found by measuring. */
  maxBatchSize: count.max(1024).optional(),
  /** Triton's max_queue_delay_microseconds for models that set none; default 0. */
  maxQueueDelayUs: z.number().int().min(0).max(60_000_000).optional(),
  /** 99 of 100 requests are to be answered within this many milliseconds; what cannot be is refused. Default: no target. */
  targetP99Ms: ms.optional(),
  /** Bytes of one request body, however it is framed. */
  bodyLimit: count.default(20 * MIB),
  /** Bytes of all request bodies held at once. */
  maxHeldBytes: count.default(512 * MIB),
  /** Pixels of one picture, judged from its header; default: the core's cap (89,478,485). */
  maxPixels: count.optional(),
  /** Milliseconds of processor time that decoding one picture may take; a few bytes can ask for minutes. */
  maxDecodeMs: ms.default(5_000),
  /** Pictures in one request. */
  maxPictures: count.max(1024).default(32),
  /** Pictures waiting for a worker; more are refused with E_OVERLOADED. */
  maxQueue: count.default(256),
  /** Classes listed when a request names no topK. */
  topK: count.default(5),
  /** Milliseconds from the whole body having arrived to the answer. */
  timeoutMs: ms.default(10_000),
  /** Milliseconds one picture may keep a worker before the worker is replaced. */
  hangMs: ms.default(60_000),
  /** Milliseconds for a whole request to arrive. */
  requestTimeoutMs: ms.default(30_000),
  /** Milliseconds for the request headers to arrive. */
  headersTimeoutMs: ms.default(10_000),
  /** Milliseconds an idle connection stays open; over the 60 s of common load balancers. */
  keepAliveTimeoutMs: ms.default(65_000),
  /** Open connections; more are dropped by the listener. */
  maxConnections: count.default(1024),
  /** Milliseconds that requests in flight get to finish on close. */
  drainTimeoutMs: ms.default(15_000),
});

/** Limits as a caller gives them; all have defaults. */
export type ServeLimits = z.input<typeof limitsSchema>;
/** Limits with the defaults filled in. */
export type ResolvedLimits = z.output<typeof limitsSchema>;

/** What `buildApp` takes. */
export interface ServeOptions extends ServeLimits {
  /** Path of an .onnx file or of a repository folder, or a file's bytes. */
  readonly model: string | Uint8Array;
  /** Name of the model of a file; default: the file name without .onnx, or "model". */
  readonly name?: string;
  /** Labels and pipeline for a file that carries none. */
  readonly metadata?: ModelMetadata;
  /** Takes up changes of the files while serving; default: only of a repository folder. */
  readonly watch?: boolean;
  /** Configurations by model, in place of those in the repository. */
  readonly models?: Readonly<Record<string, ModelConfigInput>>;
  /** Fastify's logger option; default: no log. */
  readonly logger?: boolean | FastifyLoggerOptions;
  /** Keys, tokens, TLS, rate limits, CORS, fetching by URL. */
  readonly security?: SecurityOptions;
  /** Where traces go; OpenTelemetry's environment variables may say so too. Default: no traces. */
  readonly tracing?: TracingOptions;
}

/**
 * Fills in the defaults and checks the ranges.
 * @throws SakerError E_ARG_INVALID naming the option.
 */
export function resolveLimits(options: ServeLimits): ResolvedLimits {
  const result = limitsSchema.safeParse(options);
  if (!result.success) {
    const issue = result.error.issues[0];
    const name = String(issue?.path[0] ?? 'options');
    const received = String((options as Readonly<Record<string, unknown>>)[name]);
    throw new SakerError('E_ARG_INVALID', { name, expected: issue?.message ?? 'a valid value', received });
  }
  return result.data;
}

/**
 * Fills in the defaults of the protection and checks it.
 * @throws SakerError E_ARG_INVALID naming the option.
 */
export function resolveSecurity(options: SecurityOptions = {}): ResolvedSecurity {
  const result = securitySchema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = ['security', ...(issue?.path ?? [])].join('.');
  throw new SakerError('E_ARG_INVALID', {
    name,
    expected: issue?.message ?? 'a valid value',
    received: 'another value',
  });
}
