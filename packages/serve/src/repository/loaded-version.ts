/** One version of a model in memory: its file's bytes, its workers, its counters. */
import type { ModelMetadata } from '@saker/spec';
import { loadModelFile } from '../inference/model-file.js';
import { InferencePool, type PoolOptions } from '../inference/pool.js';
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
}

/**
 * Reads the file and starts its workers; `pool.started` settles when they are warm. A worker that replaces a dead one
 * gets the same bytes, whatever has happened to the file since.
 * @throws SakerError of `loadModelFile`.
 */
export function startVersion(
  source: VersionSource,
  { limits, config, ...told }: VersionOptions,
): LoadedVersion {
  const { name, version } = source;
  const { bytes, hash, metadata } = loadModelFile(source);
  const [group] = config.instance_group;
  const workers = group?.count ?? limits.workers;
  const pool = new InferencePool({
    model: bytes,
    file: name,
    hash,
    metadata: ofInference(metadata),
    workers,
    threads: limits.threads,
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
  return { name, version, hash, pool };
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
