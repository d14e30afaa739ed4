/** `pretrain()`: from unlabelled pictures to a backbone that `fit` fine-tunes. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type Tensors, TrainableModel } from '@saker/core-native/autograd';
import { checkSamples, pictureFiles } from '@saker/dataset';
import { type OnnxModel, writeModel } from '@saker/graph';
import {
  describePicture,
  type ErrorJson,
  evalPipeline,
  IMAGENET_MEAN,
  IMAGENET_STD,
  type PretrainConfig,
  type PretrainConfigInput,
  parsePretrainConfig,
  SakerError,
} from '@saker/spec';
import { writeFileAtomic } from '../model/atomic.js';
import { cosineFactor } from '../schedule/cosine.js';
import { type Backbone, openBackbone, ownNormalize } from './backbone.js';
import { openProbeData, type ProbeResult, probeBackbone } from './probe-backbone.js';
import { ViewLoaders } from './view-loaders.js';
import { viewGroups } from './views.js';

/** What happens in a self-supervised run. Epochs and steps count from 1. */
export type PretrainEvent =
  | { readonly type: 'start'; readonly pictures: number; readonly views: number; readonly parameters: number }
  | { readonly type: 'sample-rejected'; readonly path: string; readonly error: ErrorJson }
  | {
      readonly type: 'step';
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      /** Share of pictures whose views were matched. */
      readonly matched: number;
      readonly lr: number;
      readonly etaMs: number;
    }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly matched: number;
      readonly imagesPerSecond: number;
    };

export interface PretrainOptions {
  readonly onEvent?: (event: PretrainEvent) => void;
  /** Abort to stop after the current step; the backbone is written as it is then. */
  readonly signal?: AbortSignal;
}

export interface PretrainResult {
  /** Absolute path of the backbone, an .onnx file with a classifier that means nothing yet. */
  readonly model: string;
  readonly pictures: number;
  readonly rejected: number;
  /** Epochs that were finished. */
  readonly epochs: number;
  readonly losses: readonly number[];
  readonly seconds: number;
  readonly stopped: 'finished' | 'cancelled';
  /** Of the written backbone, and of the weights that the run began with; null without `probe`. */
  readonly probe: { readonly before: ProbeResult; readonly after: ProbeResult } | null;
}

/** Gradients are clipped at this norm, as in DINO's recipe. */
const CLIP = 3;
const DEFAULTS = {
  simclr: { lr: 1e-3, weightDecay: 1e-4, temperature: 0.5 },
  dino: { lr: 5e-4, weightDecay: 0.04, temperature: 0.1 },
} as const;

/**
 * Trains the backbone of a graph to tell pictures apart without labels (SimCLR), or to agree with itself (DINO), and writes
 * it after every epoch. A function of (configuration, pictures, seed). DINO's backbone is the teacher's.
 * @throws SakerError: E_CONFIG_INVALID, E_DATA_EMPTY, the E_MODEL_ and E_OP_ families, E_FILE_WRITE, E_TRAIN_DIVERGED,
 * E_TORCH_NOT_FOUND, E_NATIVE_NOT_BUILT.
 */
export async function pretrain(
  input: PretrainConfigInput,
  options: PretrainOptions = {},
): Promise<PretrainResult> {
  const startedAt = performance.now();
  const config = parsePretrainConfig(input);
  const threads = config.threads ?? availableParallelism();
  const emit = options.onEvent ?? (() => undefined);
  const out = resolve(config.out);
  await mkdir(dirname(out), { recursive: true }).catch((cause: Error) => {
    throw new SakerError('E_FILE_WRITE', { file: out, detail: cause.message }, { cause });
  });
  const backbone = openBackbone(config);
  const { good, bad } = await checkSamples(await pictureFiles(config.data), { threads });
  for (const { path, error } of bad) emit({ type: 'sample-rejected', path, error: error.toJSON() });
  if (good.length < 2) throw new SakerError('E_DATA_EMPTY', { path: config.data });
  const normalize = pixelScale(config, backbone);
  const half = Math.max(8, Math.round(backbone.size / 16) * 8);
  const localSize = config.localSize ?? (backbone.anySize ? half : backbone.size);
  const groups = viewGroups(config, {
    ...normalize,
    size: backbone.size,
    localSize,
    channels: backbone.channels,
  });
  const measure = await prober(config, backbone, threads, normalize);
  const before = await measure(backbone.model);
  const model = TrainableModel.create(backbone.program, { threads });
  const loaders = new ViewLoaders(good, groups, { batchSize: config.batchSize, seed: config.seed, threads });
  const failed = new Set<number>();
  try {
    await prepare(model, config, backbone);
    const parameters = model.parameters().reduce((n, p) => n + p.dims.reduce((a, b) => a * b, 1), 0);
    const views = groups.reduce((n, { count }) => n + count, 0);
    emit({ type: 'start', pictures: good.length, views, parameters });
    const write = async (): Promise<OnnxModel> => {
      const trained = backbone.withWeights(await weightsOf(model, config));
      await writeFileAtomic(out, writeModel(trained));
      return trained;
    };
    const losses: number[] = [];
    let trained = backbone.model;
    for (let epoch = 1; epoch <= config.epochs && !options.signal?.aborted; epoch++) {
      const ended = await runEpoch(
        { model, loaders, config, epoch, emit, signal: options.signal, startedAt },
        (id, error) => {
          const index = loaders.sampleOf(id);
          if (failed.has(index)) return;
          failed.add(index);
          emit({ type: 'sample-rejected', path: describePicture(good[index]!), error: error.toJSON() });
        },
      );
      trained = await write();
      if (ended.loss !== null) losses.push(ended.loss);
    }
    const after = await measure(trained);
    return {
      model: out,
      pictures: good.length,
      rejected: bad.length + failed.size,
      epochs: losses.length,
      losses,
      seconds: (performance.now() - startedAt) / 1000,
      stopped: options.signal?.aborted ? 'cancelled' : 'finished',
      probe: before && after ? { before, after } : null,
    };
  } finally {
    loaders.close();
    await model.close();
  }
}

interface EpochParts {
  readonly model: TrainableModel;
  readonly loaders: ViewLoaders;
  readonly config: PretrainConfig;
  readonly epoch: number;
  readonly emit: (event: PretrainEvent) => void;
  readonly signal: AbortSignal | undefined;
  readonly startedAt: number;
}

/** Runs an epoch; the mean loss is null when it was cut short. */
async function runEpoch(
  { model, loaders, config, epoch, emit, signal, startedAt }: EpochParts,
  onFailure: (id: number, error: SakerError) => void,
): Promise<{ readonly loss: number | null }> {
  const { epochs, method } = config;
  const steps = loaders.stepsPerEpoch;
  const began = performance.now();
  const schedule = { steps: epochs * steps, warmup: config.warmup, minFactor: 0.001 };
  const peak = config.lr ?? DEFAULTS[method].lr;
  let [loss, matched, count, step] = [0, 0, 0, 0];
  for await (const batches of loaders.epoch(epoch - 1)) {
    try {
      for (const batch of batches)
        batch.statuses.forEach((error, i) => {
          if (error) onFailure(batch.sampleIds[i]!, error);
        });
      const global = (epoch - 1) * steps + step;
      const factor = cosineFactor(schedule, global);
      const progress = global / Math.max(1, schedule.steps - 1);
      const result = await model.pretrainStep(
        batches.map((input) => ({ input })),
        {
          lrs: [peak * factor, peak * factor],
          clipGradNorm: CLIP,
          seed: config.seed,
          step: global,
          teacherTemperature: config.teacherTemperature,
          teacherMomentum: 1 - (1 - config.teacherMomentum) * 0.5 * (1 + Math.cos(Math.PI * progress)),
        },
      );
      loss += result.loss * result.count;
      matched += result.correct;
      count += result.count;
      step += 1;
      const elapsed = performance.now() - startedAt;
      emit({
        type: 'step',
        epoch,
        epochs,
        step,
        steps,
        loss: loss / Math.max(1, count),
        matched: matched / Math.max(1, count),
        lr: peak * factor,
        etaMs: (elapsed / (global + 1)) * (schedule.steps - global - 1),
      });
    } finally {
      for (const batch of batches) batch.release();
    }
    if (signal?.aborted) break;
  }
  if (step < steps) return { loss: null };
  const mean = loss / Math.max(1, count);
  const seconds = (performance.now() - began) / 1000;
  emit({
    type: 'epoch',
    epoch,
    epochs,
    loss: mean,
    matched: matched / Math.max(1, count),
    imagesPerSecond: count / Math.max(1e-3, seconds),
  });
  return { loss: mean };
}

async function prepare(model: TrainableModel, config: PretrainConfig, backbone: Backbone): Promise<void> {
  const { method } = config;
  const own = DEFAULTS[method];
  const weights = model.parameters().filter((p) => !p.isBuffer);
  const names = (decayed: boolean) => weights.filter((p) => p.dims.length > 1 === decayed).map((p) => p.name);
  const lr = config.lr ?? own.lr;
  await model.configurePretraining(backbone.program, {
    method,
    temperature: config.temperature ?? own.temperature,
  });
  await model.configureOptimizer({
    type: 'adamw',
    groups: [
      { params: names(true), lr, weightDecay: config.weightDecay ?? own.weightDecay },
      { params: names(false), lr, weightDecay: 0 },
    ],
  });
}

async function weightsOf(model: TrainableModel, { method }: PretrainConfig): Promise<Tensors> {
  if (method === 'simclr') return model.readTensors();
  const prefix = 'teacher/';
  const state = Object.entries(await model.pretrainState());
  return Object.fromEntries(
    state.filter(([name]) => name.startsWith(prefix)).map(([name, t]) => [name.slice(prefix.length), t]),
  );
}

function pixelScale(config: PretrainConfig, { model, channels }: Backbone) {
  const own = ownNormalize(model);
  const fit = (values: readonly number[]): number[] => {
    if (values.length === channels) return [...values];
    if (channels === 1) return [values.reduce((a, b) => a + b, 0) / values.length];
    if (values.length === 1) return [values[0]!, values[0]!, values[0]!];
    throw new SakerError('E_ARG_INVALID', {
      name: 'mean and std',
      expected: `1 or ${channels} numbers`,
      received: values.join(','),
    });
  };
  return {
    mean: fit(config.mean ?? own?.mean ?? IMAGENET_MEAN),
    std: fit(config.std ?? own?.std ?? IMAGENET_STD),
  };
}

async function prober(
  config: PretrainConfig,
  { size, channels }: Backbone,
  threads: number,
  normalize: { readonly mean: number[]; readonly std: number[] },
): Promise<(model: OnnxModel) => Promise<ProbeResult | null>> {
  if (config.probe === undefined) return async () => null;
  const data = await openProbeData(config.probe, config.seed, threads);
  const pipeline = evalPipeline({ size, channels, ...normalize });
  return (model) => probeBackbone(model, data, { pipeline, threads });
}
