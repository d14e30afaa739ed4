/** Fills in what a RunConfig leaves open, from the recipe, the model and the machine. */
import { availableParallelism } from 'node:os';
import type { Checkpoint } from '@saker/graph';
import {
  evalPipeline,
  IMAGENET_MEAN,
  IMAGENET_STD,
  isThumbnail,
  type ModelMetadata,
  mixingOps,
  type PipelineSpec,
  parsePipeline,
  type RunConfig,
  SakerError,
  trainPipeline,
} from '@saker/spec';
import { lossOf } from '../task/loss.js';
import { metricsOf, PRIMARY_METRIC } from '../task/metrics.js';

/** What the model at hand says. */
export interface ModelFacts {
  /** `zoo`: new weights; `file`: pretrained ones, of a model file or a state dict. */
  readonly source: 'zoo' | 'file';
  readonly metadata: ModelMetadata | null;
  /** How the pictures of published weights were prepared; null for other weights. */
  readonly checkpoint: Pick<Checkpoint, 'mean' | 'std' | 'interpolation' | 'resize' | 'crop'> | null;
  readonly input: {
    readonly channels: number;
    readonly height: number | null;
    readonly width: number | null;
  };
  /** The graph has BatchNormalization nodes: SGD works well from scratch; without, AdamW does. */
  readonly hasBatchNorm: boolean;
}

/** A configuration with nothing left open. */
export interface ResolvedConfig extends RunConfig {
  readonly recipe: 'scratch' | 'fine-tune';
  readonly task: NonNullable<RunConfig['task']>;
  readonly loss: NonNullable<RunConfig['loss']>;
  readonly labelSmoothing: number;
  readonly epochs: number;
  readonly headEpochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly headLr: number;
  readonly optimizer: NonNullable<RunConfig['optimizer']>;
  readonly clipGradNorm: number | null;
  readonly weightDecay: number;
  readonly warmup: number;
  readonly monitor: string;
  readonly ema: number | null;
  readonly soup: boolean;
  readonly interpolation: NonNullable<RunConfig['interpolation']>;
  readonly threads: number;
  readonly out: string;
}

/** Both pipelines of a run. */
export interface ResolvedPipelines {
  readonly eval: PipelineSpec;
  readonly train: PipelineSpec;
}

/** Batch size that the scratch learning rate below is meant for; it scales linearly (Goyal et al. 2017). */
const REFERENCE_BATCH = 128;

/**
 * Where an optimiser starts: its learning rate from scratch (SGD's goes with the batch), its rates as a share of AdamW's
 * when fine-tuning, and its weight decay. Lion: a tenth of AdamW's rate and ten times its decay (Chen et al. 2023).
 */
const OPTIMIZER_DEFAULTS = {
  sgd: { lr: 0.1, share: 1, weightDecay: 5e-4 },
  adam: { lr: 1e-3, share: 1, weightDecay: 0 },
  adamw: { lr: 1e-3, share: 1, weightDecay: 1e-2 },
  rmsprop: { lr: 1e-3, share: 1, weightDecay: 0 },
  lamb: { lr: 2e-3, share: 2, weightDecay: 1e-2 },
  lion: { lr: 1e-4, share: 0.1, weightDecay: 0.1 },
} as const;

/** Limits of the kinds of clipping; agc: Brock et al. 2021. */
const CLIP_DEFAULTS = { norm: 5, value: 1, agc: 0.02 } as const;

const ALONE = { worldSize: 1, localWorldSize: 1 };

/** What several processes do not do together with their shared statistics. */
function checkTogether({ syncBatchNorm, gradCheckpointing, amp }: RunConfig): void {
  const refuse = (name: string, expected: string, received: unknown): never => {
    throw new SakerError('E_ARG_INVALID', { name, expected, received: String(received) });
  };
  if (!syncBatchNorm) return;
  if (gradCheckpointing) refuse('gradCheckpointing', 'false with syncBatchNorm', gradCheckpointing);
  if (amp !== 'off') refuse('amp', 'off with syncBatchNorm', amp);
}

/** Recipe defaults; what the user gave wins. Of several processes, each has `batchSize` and its share of the machine's threads. */
export function resolveConfig(
  config: RunConfig,
  facts: ModelFacts,
  { worldSize, localWorldSize }: { readonly worldSize: number; readonly localWorldSize: number } = ALONE,
): ResolvedConfig {
  const recipe = config.recipe ?? (facts.source === 'zoo' ? 'scratch' : 'fine-tune');
  if (config.positive !== undefined && config.task !== 'binary')
    throw new SakerError('E_ARG_INVALID', {
      name: 'positive',
      expected: 'nothing without the task binary',
      received: config.positive,
    });
  if (worldSize > 1) checkTogether(config);
  const fineTune = recipe === 'fine-tune';
  const task = config.task ?? 'single';
  const { monitor = PRIMARY_METRIC[task] } = config;
  if (!metricsOf(task).includes(monitor))
    throw new SakerError('E_ARG_INVALID', {
      name: 'monitor',
      expected: `one of ${metricsOf(task).join(', ')}`,
      received: monitor,
    });
  const batchSize = config.batchSize ?? (fineTune ? 16 : 64);
  const optimizer = config.optimizer ?? (fineTune || !facts.hasBatchNorm ? 'adamw' : 'sgd');
  const own = OPTIMIZER_DEFAULTS[optimizer];
  const pictures = batchSize * worldSize * config.accumulate;
  const scratchLr = optimizer === 'sgd' ? (own.lr * pictures) / REFERENCE_BATCH : own.lr;
  return {
    ...config,
    recipe,
    task,
    loss: lossOf(task, config.loss),
    labelSmoothing: config.labelSmoothing ?? (task === 'single' ? 0.1 : 0),
    batchSize,
    optimizer,
    epochs: config.epochs ?? (fineTune ? 6 : 10),
    headEpochs: config.headEpochs ?? (fineTune ? 3 : 0),
    lr: config.lr ?? (fineTune ? 1e-4 * own.share : scratchLr),
    headLr: config.headLr ?? 5e-3 * own.share,
    weightDecay: config.weightDecay ?? own.weightDecay,
    clipGradNorm: config.clipGradNorm === undefined ? CLIP_DEFAULTS[config.clipMode] : config.clipGradNorm,
    warmup: config.warmup ?? (fineTune ? 0.25 : 0.1),
    monitor,
    ema: config.ema ?? null,
    soup: config.soup ?? (fineTune && config.swa === null),
    interpolation: config.interpolation ?? facts.checkpoint?.interpolation ?? 'bilinear',
    threads: config.threads ?? Math.max(1, Math.floor(availableParallelism() / localWorldSize)),
    out: config.out ?? 'model.onnx',
  };
}

function wholeChannels(values: readonly number[], channels: number, name: string): number[] {
  if (values.length === channels) return [...values];
  if (values.length === 1) return Array.from({ length: channels }, () => values[0] as number);
  throw new SakerError('E_ARG_INVALID', {
    name,
    expected: `1 or ${channels} numbers`,
    received: values.join(','),
  });
}

/**
 * The run's pipelines. Flags win over what the model file's metadata or the published weights ask for, which wins over
 * ImageNet's mean and std at the graph's input size.
 */
export function resolvePipelines(config: ResolvedConfig, facts: ModelFacts): ResolvedPipelines {
  const channels = facts.input.channels === 1 ? 1 : 3;
  const given = config.size !== undefined || config.mean !== undefined || config.std !== undefined;
  const own = facts.metadata?.pipelines;
  const ownNormalize = own?.eval.ops.find((op) => op.op === 'Normalize');
  const size: number | readonly [number, number] = config.size ?? sizeOf(facts, own?.eval) ?? fail(facts);
  const mean = config.mean ?? ownNormalize?.mean ?? facts.checkpoint?.mean ?? IMAGENET_MEAN;
  const std = config.std ?? ownNormalize?.std ?? facts.checkpoint?.std ?? IMAGENET_STD;
  const shared = {
    size,
    channels: channels as 1 | 3,
    mean: spread(mean, channels, 'mean'),
    std: spread(std, channels, 'std'),
    interpolation: config.interpolation,
  };
  const evalSpec = own && !given ? own.eval : evalPipeline({ ...shared, ...shortSide(size, facts) });
  const usual = config.recipe === 'fine-tune' ? ([0.35, 1] as const) : ([0.25, 1] as const);
  const scale = config.scale ?? (isThumbnail(size) ? undefined : usual);
  const train = trainPipeline({
    ...shared,
    ...(scale ? { scale } : {}),
    hflip: config.hflip,
    ...(config.colorJitter ? { colorJitter: config.colorJitter } : {}),
    ...(config.augment === 'none' ? {} : { augment: [{ op: config.augment }] }),
    ...(config.erase > 0 ? { erase: config.erase } : {}),
  });
  const batch = mixingOps({
    mixup: config.mixup,
    cutmix: config.cutmix,
    mode: config.mixupMode,
    p: config.mixupProb,
    switchProb: config.mixupSwitchProb,
  });
  return { eval: evalSpec, train: parsePipeline({ ...train, batch }) };
}

/** The short side before the crop that published weights were evaluated with, in proportion to the size of this run. */
function shortSide(
  size: number | readonly [number, number],
  { checkpoint }: ModelFacts,
): { resize?: number } {
  if (!checkpoint || isThumbnail(size)) return {};
  const crop = typeof size === 'number' ? size : Math.min(...size);
  return { resize: Math.max(crop, Math.round((crop * checkpoint.resize) / checkpoint.crop)) };
}

/** Grey models given RGB statistics take their mean over the channels. */
function spread(values: readonly number[], channels: number, name: string): number[] {
  if (channels === 1 && values.length === 3) return [values.reduce((a, b) => a + b, 0) / 3];
  return wholeChannels(values, channels, name);
}

function sizeOf(facts: ModelFacts, own: PipelineSpec | undefined): readonly [number, number] | null {
  const { height, width } = facts.input;
  if (height !== null && width !== null) return [height, width];
  const crop = own?.ops.find((op) => op.op === 'CenterCrop');
  return crop ? [crop.size[0] as number, crop.size[1] as number] : null;
}

function fail(facts: ModelFacts): never {
  throw new SakerError('E_ARG_INVALID', {
    name: 'size',
    expected: 'the side of the input in pixels, which this graph leaves open',
    received: `${facts.input.height}x${facts.input.width}`,
  });
}
