/** ModelMetadata: what travels inside the .onnx file beside the graph. */
import { z } from 'zod';
import { SakerError } from '../errors/saker-error.js';
import { type PipelineSpec, parsePipeline, pipelineHash } from '../pipeline/pipeline-spec.js';

/** What the classifier decides. */
export type Task = 'single-label';

/** Where a model came from. */
export interface Provenance {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly sakerVersion: string;
  /** `sha256:` over the sorted (path, size, label) lines of the data. */
  readonly dataHash: string | null;
  /** Number of pictures in each split. */
  readonly samples: Readonly<Record<string, number>>;
  /** The full run configuration. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** Final metrics by name, for example bestValAccuracy. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The graph that was trained: zoo name or file name, with its sha256 when it was a file. */
  readonly base: { readonly name: string; readonly sha256: string | null } | null;
  readonly seed: number | null;
}

/** Per-epoch figures, kept for the report's learning curves. */
export interface EpochRecord {
  readonly epoch: number;
  readonly phase: string;
  /** The phase's learning rate at the end of the epoch. */
  readonly lr: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly valLoss: number;
  readonly valAccuracy: number;
}

export interface ModelMetadata {
  readonly version: 1;
  readonly task: Task;
  /** Class names; the position is the class index. */
  readonly labels: readonly string[];
  /** The graph's output is logits (softmax is applied outside) or probabilities. */
  readonly output: 'logits' | 'probabilities';
  readonly pipelines: { readonly eval: PipelineSpec; readonly train: PipelineSpec | null };
  /** Content hashes of the pipelines, checked when the file is opened. */
  readonly pipelineHashes: { readonly eval: string; readonly train: string | null };
  readonly provenance: Provenance | null;
  readonly history: readonly EpochRecord[];
}

const provenance = z.object({
  createdAt: z.string(),
  sakerVersion: z.string(),
  dataHash: z.string().nullable(),
  samples: z.record(z.string(), z.number()),
  config: z.record(z.string(), z.unknown()).nullable(),
  metrics: z.record(z.string(), z.number()),
  base: z.object({ name: z.string(), sha256: z.string().nullable() }).nullable(),
  seed: z.number().nullable(),
});

const schema = z.object({
  version: z.literal(1),
  task: z.literal('single-label'),
  labels: z
    .array(z.string().min(1))
    .min(1)
    .refine((l) => new Set(l).size === l.length, 'labels must differ'),
  output: z.enum(['logits', 'probabilities']),
  pipelines: z.object({ eval: z.unknown(), train: z.unknown().nullable() }),
  pipelineHashes: z.object({ eval: z.string(), train: z.string().nullable() }),
  provenance: provenance.nullable(),
  history: z.array(
    z.object({
      epoch: z.number(),
      phase: z.string(),
      lr: z.number(),
      trainLoss: z.number(),
      trainAccuracy: z.number(),
      valLoss: z.number(),
      valAccuracy: z.number(),
    }),
  ),
});

/** What `makeModelMetadata` needs; the rest has defaults. */
export interface ModelMetadataInput {
  readonly labels: readonly string[];
  readonly eval: PipelineSpec;
  readonly train?: PipelineSpec | null;
  readonly output?: 'logits' | 'probabilities';
  readonly provenance?: Provenance | null;
  readonly history?: readonly EpochRecord[];
}

/** Builds metadata with the hashes filled in. */
export function makeModelMetadata(input: ModelMetadataInput): ModelMetadata {
  return {
    version: 1,
    task: 'single-label',
    labels: input.labels,
    output: input.output ?? 'logits',
    pipelines: { eval: input.eval, train: input.train ?? null },
    pipelineHashes: {
      eval: pipelineHash(input.eval),
      train: input.train ? pipelineHash(input.train) : null,
    },
    provenance: input.provenance ?? null,
    history: input.history ?? [],
  };
}

function checkHash(file: string, spec: PipelineSpec, expected: string | null): void {
  const received = pipelineHash(spec);
  if (received !== expected)
    throw new SakerError('E_PIPELINE_HASH', { file, expected: expected ?? 'none', received });
}

/**
 * Validates metadata read from a file, pipelines and hashes included.
 * @throws SakerError E_MODEL_METADATA, E_PIPELINE_INVALID, E_PIPELINE_HASH.
 */
export function parseModelMetadata(value: unknown, file = 'the model'): ModelMetadata {
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const detail = `${issue?.path.join('.') || 'metadata'}: ${issue?.message ?? 'invalid'}`;
    throw new SakerError('E_MODEL_METADATA', { file, detail });
  }
  const { pipelines, ...rest } = result.data;
  const evalSpec = parsePipeline(pipelines.eval);
  const trainSpec = pipelines.train === null ? null : parsePipeline(pipelines.train);
  checkHash(file, evalSpec, rest.pipelineHashes.eval);
  if (trainSpec) checkHash(file, trainSpec, rest.pipelineHashes.train);
  return { ...rest, pipelines: { eval: evalSpec, train: trainSpec } };
}
