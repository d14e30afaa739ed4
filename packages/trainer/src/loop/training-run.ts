/** One run's state and its loop: for each epoch of each phase train, export, validate, keep the best. */
import { Loader, type Pipeline } from '@saker/core-native';
import type { TrainableModel } from '@saker/core-native/autograd';
import { embedMetadata, putTensors, readModel, writeModel } from '@saker/graph';
import {
  describePicture,
  type ErrorJson,
  type ModelMetadata,
  makeModelMetadata,
  SAKER_VERSION,
} from '@saker/spec';
import type { ResolvedConfig, ResolvedPipelines } from '../config/resolve.js';
import type { RunData } from '../data.js';
import type { EpochResult, StopReason, TrainEvent } from '../events.js';
import { writeFileAtomic } from '../model/atomic.js';
import type { PreparedModel } from '../model/prepare.js';
import type { Phase, RecipeParameter } from '../recipe/recipe.js';
import { PhaseRate } from '../schedule/phase-rate.js';
import { BestCheckpoint } from './best.js';
import { Progress } from './progress.js';
import { type TrainEpochOptions, trainEpoch } from './train-epoch.js';
import { validate } from './validate.js';

/** Batches decoded ahead of the engine. */
const PREFETCH = 3;
/** Pictures per ONNX Runtime call during validation. */
const VAL_BATCH = 32;

export interface RunParts {
  readonly config: ResolvedConfig;
  readonly pipelines: ResolvedPipelines;
  readonly trainProgram: Pipeline;
  readonly data: RunData;
  readonly prepared: PreparedModel;
  readonly trained: TrainableModel;
  readonly parameters: readonly RecipeParameter[];
  readonly phases: readonly Phase[];
  readonly out: string;
  readonly emit: (event: TrainEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** The engine's clipping of a configuration. */
function clipOf({ clipMode, clipGradNorm: limit }: ResolvedConfig): TrainEpochOptions['clip'] {
  if (limit === null) return {};
  if (clipMode === 'norm') return { clipGradNorm: limit };
  return clipMode === 'value' ? { clipGradValue: limit } : { clipGradAgc: limit };
}

export class TrainingRun {
  readonly history: EpochResult[] = [];
  readonly progress: Progress;
  readonly best: BestCheckpoint;
  readonly epochs: number;
  private readonly stepsPerEpoch: number;
  private readonly loader: Loader;
  private readonly reported = new Set<string>();
  private epoch = 0;

  constructor(private readonly parts: RunParts) {
    const { config, data, phases } = parts;
    const dropLast = data.train.length > config.batchSize;
    this.stepsPerEpoch = dropLast ? Math.floor(data.train.length / config.batchSize) : 1;
    this.epochs = phases.reduce((n, phase) => n + phase.epochs, 0);
    this.progress = new Progress(this.epochs, this.stepsPerEpoch);
    this.best = new BestCheckpoint(parts.out);
    this.loader = new Loader({
      pipeline: parts.trainProgram,
      samples: data.train.map((sample, id) => ({ ...sample, id })),
      batchSize: config.batchSize,
      shuffle: true,
      seed: config.seed,
      threads: config.threads,
      prefetch: PREFETCH,
      dropLast,
      numClasses: data.classes.length,
    });
  }

  /** Runs every phase, says why it ended, and completes the learning curves in the file. */
  async run(): Promise<StopReason> {
    const stopped = await this.runPhases();
    const best = this.history[this.best.epoch - 1];
    if (best && this.history.length > this.best.epoch) {
      const whole = embedMetadata(readModel(this.best.file), this.metadata(best));
      await writeFileAtomic(this.best.file, writeModel(whole));
    }
    return stopped;
  }

  private async runPhases(): Promise<StopReason> {
    for (const phase of this.parts.phases) {
      await this.startPhase(phase);
      const rate = new PhaseRate(this.parts.config, phase.epochs, this.stepsPerEpoch);
      for (let inPhase = 0; inPhase < phase.epochs; inPhase++) {
        const stopped = await this.runEpoch(phase, rate, inPhase);
        if (stopped) return stopped;
      }
    }
    return 'finished';
  }

  close(): void {
    this.loader.close();
  }

  private async startPhase(phase: Phase): Promise<void> {
    const { trained, parameters, config, emit } = this.parts;
    const names = phase.groups.flatMap((group) => group.params);
    trained.setTrainable(
      parameters.map((p) => p.name),
      false,
    );
    trained.setTrainable(names, true);
    await trained.configureOptimizer({
      type: config.optimizer,
      ...(config.optimizer === 'sgd' ? { momentum: config.momentum, nesterov: config.nesterov } : {}),
      ...(config.optimizer === 'rmsprop' ? { momentum: config.momentum } : {}),
      groups: phase.groups,
    });
    emit({ type: 'phase-start', phase: phase.name, epochs: phase.epochs, trainable: names.length });
  }

  private async runEpoch(phase: Phase, rate: PhaseRate, inPhase: number): Promise<StopReason | null> {
    const { config, data, emit, signal } = this.parts;
    const startedAt = performance.now();
    const epoch = ++this.epoch;
    const firstInPhase = inPhase * this.stepsPerEpoch;
    this.progress.startEpoch();
    const meter = await trainEpoch({
      model: this.parts.trained,
      loader: this.loader,
      epoch: epoch - 1,
      firstStep: (epoch - 1) * this.stepsPerEpoch,
      seed: config.seed,
      labelSmoothing: config.labelSmoothing,
      clip: clipOf(config),
      rates: (step) => {
        const factor = rate.factor(firstInPhase + step);
        return { lrs: phase.groups.map((g) => g.lr * factor), lr: phase.lr * factor };
      },
      signal,
      onFailure: (id, error) => this.reject(describePicture(data.train[id]!), error.toJSON(), 'train'),
      onStep: ({ step, meter: m, lr, gradNorm }) =>
        emit({
          type: 'step',
          epoch,
          epochs: this.epochs,
          step,
          steps: this.stepsPerEpoch,
          loss: m.meanLoss,
          accuracy: m.accuracy,
          lr,
          gradNorm,
          imagesPerSecond: m.imagesPerSecond,
          loaderWait: m.loaderWait,
          etaMs: this.progress.etaMs(step),
        }),
    });
    this.progress.endTraining(meter);
    if (signal?.aborted) return this.cancel(epoch);

    const graph = putTensors(this.parts.prepared.model, await this.parts.trained.readTensors());
    const val = await validate(writeModel(embedMetadata(graph, this.metadata())), data.val, {
      batchSize: VAL_BATCH,
      threads: config.threads,
      onProgress: (done, total) => emit({ type: 'validate', epoch, done, total }),
    });
    for (const { path, error } of val.failures) this.reject(path, error.toJSON(), 'validate');
    const result: EpochResult = {
      epoch,
      phase: phase.name,
      lr: phase.lr * rate.factor(firstInPhase + this.stepsPerEpoch - 1),
      trainLoss: meter.meanLoss,
      trainAccuracy: meter.accuracy,
      valLoss: val.loss,
      valAccuracy: val.accuracy,
      imagesPerSecond: this.progress.lastImagesPerSecond,
      loaderWait: this.progress.lastLoaderWait,
      seconds: (performance.now() - startedAt) / 1000,
    };
    rate.endEpoch(val.loss);
    this.history.push(result);
    this.progress.endEpoch();
    const improved = this.best.improves(val);
    if (improved) {
      await this.best.keep(writeModel(embedMetadata(graph, this.metadata(result))), val, epoch);
      emit({ type: 'checkpoint', file: this.best.file, valAccuracy: val.accuracy, epoch });
    }
    emit({ type: 'epoch-end', result, improved, bestValAccuracy: this.best.valAccuracy });
    if (config.patience === null || epoch - this.best.epoch < config.patience) return null;
    emit({ type: 'early-stop', epoch, patience: config.patience });
    return 'early-stop';
  }

  /** Keeps what was learned: the best epoch so far, or the weights as they are when none was validated yet. */
  private async cancel(epoch: number): Promise<StopReason> {
    const { prepared, trained, emit } = this.parts;
    if (!this.best.exists) {
      const graph = putTensors(prepared.model, await trained.readTensors());
      const unvalidated = { accuracy: 0, loss: Number.POSITIVE_INFINITY };
      await this.best.keep(writeModel(embedMetadata(graph, this.metadata())), unvalidated, epoch);
    }
    emit({ type: 'cancelled', epoch, file: this.best.file });
    return 'cancelled';
  }

  private reject(path: string, error: ErrorJson, during: 'train' | 'validate'): void {
    if (this.reported.has(path)) return;
    this.reported.add(path);
    this.parts.data.rejected.push({ path, error });
    this.parts.emit({ type: 'sample-rejected', path, error, during });
  }

  /** Metadata with the history so far; `result` is the epoch whose weights the file holds, when it was validated. */
  private metadata(result?: EpochResult): ModelMetadata {
    const { config, data, pipelines, prepared } = this.parts;
    const metrics: Record<string, number> = result
      ? { bestValAccuracy: result.valAccuracy, valLoss: result.valLoss, epoch: result.epoch }
      : {};
    return makeModelMetadata({
      labels: data.classes,
      eval: pipelines.eval,
      train: pipelines.train,
      provenance: {
        createdAt: new Date().toISOString(),
        sakerVersion: SAKER_VERSION,
        dataHash: data.hash,
        samples: { train: data.train.length, val: data.val.length, test: data.test.length },
        config: { ...config },
        metrics,
        base: prepared.base,
        seed: config.seed,
      },
      history: this.history.map(({ imagesPerSecond: _i, loaderWait: _w, seconds: _s, ...kept }) => kept),
    });
  }
}
