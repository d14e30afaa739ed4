/** The loop: for each epoch of each phase train, export, validate; everything else hangs on its events. */
import { Loader, type Pipeline } from '@saker/core-native';
import type { Tensors, TrainOptions } from '@saker/core-native/autograd';
import { describePicture, type ErrorJson } from '@saker/spec';
import type { BestModel } from '../callbacks/best-model.js';
import type { Callback } from '../callbacks/callback.js';
import type { Attached, Dispatcher } from '../callbacks/dispatcher.js';
import { EARLY_STOPPING } from '../callbacks/early-stopping.js';
import type { EpochResult, StopReason } from '../events.js';
import type { EpochMeter } from '../log/meter.js';
import { writeFileAtomic } from '../model/atomic.js';
import { clipOptions, enterPhase } from '../recipe/engine-options.js';
import type { Phase } from '../recipe/recipe.js';
import { PhaseRate } from '../schedule/phase-rate.js';
import { taskLoaderOptions } from '../task/loader.js';
import { attachCallbacks } from './context.js';
import { exportModel } from './export.js';
import { Progress } from './progress.js';
import type { RunParts } from './run-parts.js';
import { RunState } from './run-state.js';
import { trainEpoch } from './train-epoch.js';
import { type ValidationResult, validate } from './validate.js';

/** Batches decoded ahead of the engine. */
const PREFETCH = 3;
/** Pictures per ONNX Runtime call during validation. */
const VAL_BATCH = 32;

export class TrainingRun {
  readonly state = new RunState();
  readonly progress: Progress;
  readonly epochs: number;
  private readonly stepsPerEpoch: number;
  private readonly loader: Loader;
  private readonly attached: readonly Attached[];
  private readonly reported = new Set<string>();

  constructor(
    private readonly parts: RunParts,
    trainProgram: Pipeline,
    private readonly dispatcher: Dispatcher,
    callbacks: readonly Callback[],
    private readonly best: BestModel,
    private readonly signal: AbortSignal | undefined,
  ) {
    const { config, data, phases } = parts;
    const dropLast = data.train.length > config.batchSize;
    this.stepsPerEpoch = dropLast ? Math.floor(data.train.length / config.batchSize) : 1;
    this.epochs = phases.reduce((n, phase) => n + phase.epochs, 0);
    this.progress = new Progress(this.epochs, this.stepsPerEpoch);
    this.attached = attachCallbacks(
      {
        parts,
        state: this.state,
        dispatcher,
        epochs: this.epochs,
        stepsPerEpoch: this.stepsPerEpoch,
        evaluatedWeights: () => this.evaluatedWeights(),
      },
      callbacks,
    );
    dispatcher.attach(this.attached);
    this.loader = new Loader({
      pipeline: trainProgram,
      ...taskLoaderOptions(data, parts.balance),
      batchSize: config.batchSize,
      shuffle: true,
      seed: config.seed,
      threads: config.threads,
      prefetch: PREFETCH,
      dropLast,
    });
  }

  /** Runs every phase and says why it ended. */
  async run(): Promise<StopReason> {
    for (const phase of this.parts.phases) {
      await this.startPhase(phase);
      const rate = new PhaseRate(this.parts.config, phase.epochs, this.stepsPerEpoch);
      for (let inPhase = 0; inPhase < phase.epochs; inPhase++) {
        await this.runEpoch(phase, rate, inPhase);
        const stopped = await this.stopReason();
        if (stopped) return stopped;
      }
    }
    await this.dispatcher.emit({ type: 'train-end', epoch: this.state.epoch });
    return 'finished';
  }

  /** 0 before an epoch was validated. */
  get bestValAccuracy(): number {
    return this.state.history[this.best.epoch - 1]?.valAccuracy ?? 0;
  }

  close(): void {
    this.loader.close();
  }

  private async startPhase(phase: Phase): Promise<void> {
    const { trained, parameters, config } = this.parts;
    const names = await enterPhase(trained, config, parameters, phase);
    this.state.phase = phase;
    await this.dispatcher.emit({
      type: 'phase-start',
      phase: phase.name,
      epochs: phase.epochs,
      trainable: names.length,
    });
  }

  private async runEpoch(phase: Phase, rate: PhaseRate, inPhase: number): Promise<void> {
    const { state, progress } = this;
    const startedAt = performance.now();
    state.epoch += 1;
    progress.startEpoch();
    await this.dispatcher.emit({
      type: 'epoch-start',
      epoch: state.epoch,
      epochs: this.epochs,
      phase: phase.name,
    });
    const firstInPhase = inPhase * this.stepsPerEpoch;
    const factor = (step: number) => rate.factor(firstInPhase + step) * state.lrFactor;
    const meter = await this.train(phase, factor);
    progress.endTraining(meter);
    if (this.signal?.aborted || state.stop) return;
    const lr = phase.lr * factor(this.stepsPerEpoch - 1);
    const val = await this.validate();
    const figures = {
      trainLoss: meter.meanLoss,
      trainAccuracy: meter.accuracy,
      valLoss: val.loss,
      valAccuracy: val.accuracy,
      ...val.metrics,
    };
    const result: EpochResult = {
      epoch: state.epoch,
      phase: phase.name,
      lr,
      ...figures,
      metrics: figures,
      thresholds: val.thresholds,
      imagesPerSecond: progress.lastImagesPerSecond,
      loaderWait: progress.lastLoaderWait,
      seconds: (performance.now() - startedAt) / 1000,
    };
    state.history.push(result);
    progress.endEpoch();
    await this.dispatcher.emit({ type: 'validate-end', result });
    await this.dispatcher.emit({
      type: 'epoch-end',
      result,
      improved: this.best.epoch === state.epoch,
      bestValAccuracy: this.bestValAccuracy,
    });
  }

  private train(phase: Phase, factor: (step: number) => number): Promise<EpochMeter> {
    const { config, data, trained } = this.parts;
    const { state, progress, dispatcher } = this;
    const { epoch } = state;
    return trainEpoch({
      model: trained,
      loader: this.loader,
      epoch: epoch - 1,
      firstStep: (epoch - 1) * this.stepsPerEpoch,
      seed: config.seed,
      labelSmoothing: config.labelSmoothing,
      clip: clipOptions(config),
      rates: (step) => {
        const f = factor(step);
        return { lrs: phase.groups.map((g) => g.lr * f), lr: phase.lr * f };
      },
      more: () => this.stepOptions(),
      stopped: () => Boolean(this.signal?.aborted || state.stop),
      onFailure: (id, error) => this.reject(describePicture(data.train[id]!), error.toJSON(), 'train'),
      onStep: ({ step, meter, lr, result }) => {
        state.globalStep += 1;
        state.lastStep = result;
        return dispatcher.emit({
          type: 'step',
          epoch,
          epochs: this.epochs,
          step,
          steps: this.stepsPerEpoch,
          loss: meter.meanLoss,
          accuracy: meter.accuracy,
          lr,
          globalStep: state.globalStep,
          gradNorm: result.gradNorm,
          imagesPerSecond: meter.imagesPerSecond,
          loaderWait: meter.loaderWait,
          etaMs: progress.etaMs(step),
        });
      },
    });
  }

  /** Validates the weights that would be shipped. */
  private async validate(): Promise<ValidationResult> {
    const { parts, state, dispatcher } = this;
    const { epoch } = state;
    const bytes = exportModel(parts, await this.evaluatedWeights(), state.history);
    const val = await validate(bytes, parts.data.val, {
      batchSize: VAL_BATCH,
      threads: parts.config.threads,
      onProgress: (done, total) => dispatcher.post({ type: 'validate', epoch, done, total }),
    });
    for (const { path, error } of val.failures) this.reject(path, error.toJSON(), 'validate');
    return val;
  }

  private async evaluatedWeights(): Promise<Tensors> {
    for (const { callback, context } of this.attached) {
      const weights = await callback.weights?.(context);
      if (weights) return weights;
    }
    return this.parts.trained.readTensors();
  }

  private stepOptions(): Partial<TrainOptions> {
    return Object.assign(
      {},
      ...this.attached.map(({ callback, context }) => callback.stepOptions?.(context)),
    );
  }

  /** Why the run is to end, or null; tells callbacks. */
  private async stopReason(): Promise<StopReason | null> {
    const { state, dispatcher, best } = this;
    if (this.signal?.aborted) {
      if (best.epoch === 0) await this.keepUnvalidated();
      await dispatcher.emit({ type: 'cancelled', epoch: state.epoch, file: this.parts.out });
      return 'cancelled';
    }
    if (!state.stop) return null;
    await dispatcher.emit({ type: 'stop', epoch: state.epoch, ...state.stop });
    await dispatcher.emit({ type: 'train-end', epoch: state.epoch });
    return state.stop.by === EARLY_STOPPING ? 'early-stop' : 'stopped';
  }

  /** A run stopped in its first epoch leaves its weights as they are. */
  private async keepUnvalidated(): Promise<void> {
    const { parts, state } = this;
    const bytes = exportModel(parts, await this.evaluatedWeights(), state.history);
    await writeFileAtomic(parts.out, bytes);
  }

  private reject(path: string, error: ErrorJson, during: 'train' | 'validate'): void {
    if (this.reported.has(path)) return;
    this.reported.add(path);
    this.parts.data.rejected.push({ path, error });
    this.dispatcher.post({ type: 'sample-rejected', path, error, during });
  }
}
