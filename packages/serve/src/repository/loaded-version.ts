/** One version of a model in memory: its file's bytes, its workers, its counters. */
import type { ModelMetadata } from '@saker/spec';
import { loadModelFile } from '../inference/model-file.js';
import { InferencePool, type PoolOptions } from '../inference/pool.js';
import {
  betterSize,
  DEFAULT_ITEM_GOAL_MS,
  firstSize,
  type PoolSize,
  thisMachine,
} from '../inference/sizing.js';
import type { PoolObserver } from '../inference/statistics.js';
import type { ResolvedLimits } from '../options.js';
import type { ModelConfig } from './config.js';

export interface VersionSource {
  readonly name: string;
  readonly version: string;
  /** A path, or the bytes themselves. */
  readonly model: string | Uint8Array;
  /** Labels and pipeline for a file that carries none. */
  readonly metadata?: ModelMetadata;
}

export interface VersionOptions {
  readonly limits: ResolvedLimits;
  readonly config: ModelConfig;
  readonly observer?: PoolObserver;
  readonly onWorkerDied: PoolOptions['onWorkerDied'];
}

export interface LoadedVersion {
  readonly name: string;
  readonly version: string;
  /** sha256:<hex> of the file. */
  readonly hash: string;
  readonly pool: InferencePool;
  readonly size: PoolSize;
}

/**
 * Reads the file and starts its workers; `pool.started` settles when they are warm. A worker that replaces a dead one
 * gets the same bytes, whatever has happened to the file since.
 * @param found its size, where measuring has found one.
 * @throws SakerError of `loadModelFile`.
 */
export function startVersion(
  source: VersionSource,
  { limits, config, ...told }: VersionOptions,
  found?: PoolSize,
): LoadedVersion {
  const { name, version } = source;
  const { bytes, hash, metadata } = loadModelFile(source);
  const size = found ?? firstSize(askedFor(limits, config), bytes.byteLength, thisMachine());
  const pool = new InferencePool({
    model: bytes,
    file: name,
    hash,
    metadata: ofInference(metadata),
    ...size,
    maxPixels: limits.maxPixels,
    maxDecodeMs: limits.maxDecodeMs,
    maxQueue: limits.maxQueue,
    timeoutMs: limits.timeoutMs,
    hangMs: limits.hangMs,
    maxBatchSize: config.max_batch_size > 0 ? config.max_batch_size : limits.maxBatchSize,
    targetP99Ms: config.target_p99_ms ?? limits.targetP99Ms,
    batching: withDelay(config, limits.maxQueueDelayUs),
    ...told,
  });
  return { name, version, hash, pool, size };
}

/** The size that the time of an item asks for, where the operator has named none; null when the version has it. */
export function resized(loaded: LoadedVersion, { limits, config }: VersionOptions): PoolSize | null {
  const { workers, threads } = askedFor(limits, config);
  if (workers !== undefined || threads !== undefined) return null;
  const target = config.target_p99_ms ?? limits.targetP99Ms;
  const goalMs = target === undefined ? DEFAULT_ITEM_GOAL_MS : target / 2;
  return betterSize(loaded.size, loaded.pool.itemMs, goalMs, thisMachine().cores);
}

function askedFor(limits: ResolvedLimits, config: ModelConfig): Partial<PoolSize> {
  return { workers: config.instance_group[0]?.count ?? limits.workers, threads: limits.threads };
}

/** Metadata without what is only of use to training: it is copied to every worker. */
function ofInference(metadata: ModelMetadata): ModelMetadata {
  const { pipelines, pipelineHashes } = metadata;
  return {
    ...metadata,
    pipelines: { eval: pipelines.eval, train: null },
    pipelineHashes: { eval: pipelineHashes.eval, train: null },
    history: [],
  };
}

/** The server's queue delay holds for models whose configuration names none. */
function withDelay({ dynamic_batching: batching }: ModelConfig, delayUs: number | undefined) {
  if (delayUs === undefined || batching.max_queue_delay_microseconds > 0) return batching;
  return { ...batching, max_queue_delay_microseconds: delayUs };
}
