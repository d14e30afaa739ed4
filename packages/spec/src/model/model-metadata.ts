/** ModelMetadata: what travels inside the .onnx file beside the graph. */
import { z } from 'zod';
import { SakerError } from '../errors/saker-error.js';
import { type PipelineSpec, parsePipeline, pipelineHash } from '../pipeline/pipeline-spec.js';
import { outputWidth } from './output-width.js';

/** What a classifier decides: one class of several, any number of classes, or one of two. */
export const MODEL_TASKS = ['single-label', 'multi-label', 'binary'] as const;
export type Task = (typeof MODEL_TASKS)[number];

/** What turns logits into probabilities: one distribution over the classes, or one for each class. */
export type Activation = 'softmax' | 'sigmoid';

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

/** When a single-label model rather names no class. */
export interface Abstain {
  /** In 0..1. A picture whose most probable class has a probability below it is answered without a label. */
  readonly threshold: number;
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
  /** Every metric of the epoch's validation by name, as `saker evaluate` calls it. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

export interface ModelMetadata {
  readonly version: 1;
  readonly task: Task;
  /** Class names; the position is the class index. `binary`: the negative class, then the positive one. */
  readonly labels: readonly string[];
  /** single-label: softmax. multi-label: sigmoid of a logit for each label. binary: sigmoid of one logit. */
  readonly activation: Activation;
  /**
   * Probabilities from which a class counts as there: one for each label (multi-label), or one for the positive class
   * (binary). null: 0.5; single-label has none.
   */
  readonly thresholds: readonly number[] | null;
  /** single-label only. null: it always names a class. Files written before the field was there read as null. */
  readonly abstain: Abstain | null;
  /** The graph's output is logits (the activation is applied outside) or probabilities. */
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
  task: z.enum(MODEL_TASKS),
  labels: z
    .array(z.string().min(1))
    .min(1)
    .refine((l) => new Set(l).size === l.length, 'labels must differ'),
  activation: z.enum(['softmax', 'sigmoid']).default('softmax'),
  thresholds: z.array(z.number().min(0).max(1)).nullable().default(null),
  abstain: z
    .object({ threshold: z.number().min(0).max(1) })
    .nullable()
    .default(null),
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
      metrics: z.record(z.string(), z.number()).optional(),
    }),
  ),
});

/** What `makeModelMetadata` needs; the rest has defaults. */
export interface ModelMetadataInput {
  readonly labels: readonly string[];
  readonly eval: PipelineSpec;
  readonly train?: PipelineSpec | null;
  readonly task?: Task;
  /** multi-label and binary only. */
  readonly thresholds?: readonly number[] | null;
  /** single-label only. */
  readonly abstain?: Abstain | null;
  readonly output?: 'logits' | 'probabilities';
  readonly provenance?: Provenance | null;
  readonly history?: readonly EpochRecord[];
}

/** Builds metadata with the hashes filled in. */
export function makeModelMetadata(input: ModelMetadataInput): ModelMetadata {
  const task = input.task ?? 'single-label';
  return {
    version: 1,
    task,
    labels: input.labels,
    activation: task === 'single-label' ? 'softmax' : 'sigmoid',
    thresholds: input.thresholds ?? null,
    abstain: input.abstain ?? null,
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

function checkTask(
  file: string,
  { task, labels, activation, thresholds, abstain }: z.output<typeof schema>,
): void {
  const refuse = (detail: string): never => {
    throw new SakerError('E_MODEL_METADATA', { file, detail });
  };
  const wanted = task === 'single-label' ? 'softmax' : 'sigmoid';
  if (activation !== wanted)
    refuse(`activation: expected ${wanted} for task ${task}, received ${activation}`);
  if (task === 'binary' && labels.length !== 2)
    refuse(`labels: expected 2 for task binary, received ${labels.length}`);
  const count = task === 'single-label' ? 0 : outputWidth(task, labels.length);
  if (thresholds !== null && thresholds.length !== count)
    refuse(`thresholds: expected ${count} for task ${task}, received ${thresholds.length}`);
  if (abstain !== null && task !== 'single-label')
    refuse(`abstain: expected none for task ${task}, which has thresholds, received one`);
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
  checkTask(file, result.data);
  const { pipelines, ...rest } = result.data;
  const evalSpec = parsePipeline(pipelines.eval);
  const trainSpec = pipelines.train === null ? null : parsePipeline(pipelines.train);
  checkHash(file, evalSpec, rest.pipelineHashes.eval);
  if (trainSpec) checkHash(file, trainSpec, rest.pipelineHashes.train);
  return { ...rest, pipelines: { eval: evalSpec, train: trainSpec } };
}
