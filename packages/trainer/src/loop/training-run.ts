/** The loop: for each epoch of each phase train, export, validate; everything else hangs on its events. */
import type { Tensors } from '@saker/core-native/autograd';
import { evaluatedWeights } from '../callbacks/ask.js';
import type { BestModel } from '../callbacks/best-model.js';
import type { Callback } from '../callbacks/callback.js';
import type { Attached, Dispatcher } from '../callbacks/dispatcher.js';
import { EARLY_STOPPING } from '../callbacks/early-stopping.js';
import { type Checkpoint, checkpointFile } from '../checkpoint/checkpoint.js';
import { refuseDifferences } from '../checkpoint/differences.js';
import { CheckpointKeeper } from '../checkpoint/keeper.js';
import type { StopReason } from '../events.js';
import { EpochMeter } from '../log/meter.js';
import { enterPhase } from '../recipe/engine-options.js';
import type { Phase } from '../recipe/recipe.js';
import { PhaseRate } from '../schedule/phase-rate.js';
import { attachCallbacks } from './context.js';
import { exportModel } from './export.js';
import { measureEpoch } from './measure-epoch.js';
import { Progress } from './progress.js';
import { Rejections } from './rejections.js';
import { agreeOnStop, type RunCore, stopping } from './run-core.js';
import type { RunParts } from './run-parts.js';
import { RunState } from './run-state.js';
import { capture, mismatch, restore } from './snapshot.js';
import { trainEpoch } from './train-epoch.js';
import { stepsOf, TrainLoaders } from './train-loaders.js';

/** Seconds of unsaved work that a validation may put at risk. */
const UNSAVED_SECONDS = 10;

export interface RunOptions {
  readonly dispatcher: Dispatcher;
  readonly callbacks: readonly Callback[];
  readonly best: BestModel;
  readonly signal: AbortSignal | undefined;
}

export class TrainingRun implements RunCore {
  readonly state = new RunState();
  readonly dispatcher: Dispatcher;
  readonly attached: readonly Attached[];
  readonly progress: Progress;
  readonly rejections: Rejections;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly signal: AbortSignal | undefined;
  readonly best: BestModel;
  readonly loaders: TrainLoaders;
  private readonly keeper: CheckpointKeeper | null;
  /** Optimiser state of a checkpoint until its phase is entered. */
  private restored: Tensors | null = null;

  constructor(
    readonly parts: RunParts,
    { dispatcher, callbacks, best, signal }: RunOptions,
  ) {
    this.dispatcher = dispatcher;
    this.signal = signal;
    this.best = best;
    this.epochs = parts.phases.reduce((n, phase) => n + phase.epochs, 0);
    this.stepsPerEpoch = stepsOf(parts);
    this.progress = new Progress(this.epochs, this.stepsPerEpoch);
    this.rejections = new Rejections(parts.data, dispatcher);
    this.attached = attachCallbacks(this, callbacks);
    dispatcher.attach(this.attached);
    this.keeper = CheckpointKeeper.of(parts, () => capture(parts, this.state, this.attached));
    this.loaders = new TrainLoaders(parts, this.epochs);
  }

  /** Goes on from a checkpoint; before `run`. @throws SakerError E_CHECKPOINT_MISMATCH. */
  async resume(saved: Checkpoint): Promise<void> {
    const { parts, state, attached } = this;
    refuseDifferences(parts.run, mismatch(saved, parts, attached));
    this.restored = await restore(saved, parts, state, attached);
    this.progress.skip(state.history.length);
    const { epoch, position } = state;
    await this.dispatcher.emit({
      type: 'resume',
      file: checkpointFile(parts.run),
      epoch,
      step: position.step,
    });
  }

  /** Runs every phase and says why it ended. */
  async run(): Promise<StopReason> {
    const { state, stepsPerEpoch, signal } = this;
    const { phases, config } = this.parts;
    const { position } = state;
    if (this.restored === null) await this.save();
    while (position.phase < phases.length && !state.stop) {
      const phase = phases[position.phase]!;
      const rate = new PhaseRate(config, phase.epochs, stepsPerEpoch);
      if (position.inPhase < phase.epochs) await this.startPhase(phase);
      while (position.inPhase < phase.epochs && !state.stop) {
        await this.runEpoch(phase, rate);
        if (!(await agreeOnStop(this))) continue;
        if (signal?.aborted) return this.cancel();
        break;
      }
      if (position.inPhase < phase.epochs) break;
      position.phase += 1;
      position.inPhase = 0;
    }
    return this.end();
  }

  /** Saves the run's state after a callback failed between two steps, when weights and position are sound. */
  async saveAfter(failure: unknown): Promise<void> {
    const { code } = failure as { code?: string };
    const { position, history, epoch } = this.state;
    // An epoch that was validated is half told: going on from the state before it tells it again, whole.
    const between = position.step > 0 && history.length < epoch;
    if (code === 'E_CALLBACK_FAILED' && between) await this.save();
  }

  close(): void {
    this.loaders.close();
  }

  private async save(): Promise<void> {
    if (!this.keeper) return;
    const file = await this.keeper.save();
    const { epoch, globalStep } = this.state;
    await this.dispatcher.emit({ type: 'state-saved', file, epoch, globalStep });
  }

  private async startPhase(phase: Phase): Promise<void> {
    const { state, restored, parts } = this;
    const names = await enterPhase(parts.trained, parts.config, parts.parameters, phase);
    state.phase = phase;
    this.restored = null;
    // Within a phase, callbacks heard of its start in the process that saved the checkpoint.
    if (restored && state.position.inPhase + state.position.step > 0)
      return parts.trained.loadOptimizerState(restored);
    const { name, epochs } = phase;
    await this.dispatcher.emit({ type: 'phase-start', phase: name, epochs, trainable: names.length });
  }

  private async runEpoch(phase: Phase, rate: PhaseRate): Promise<void> {
    const { state, progress, dispatcher, stepsPerEpoch } = this;
    const { position } = state;
    const startedAt = performance.now();
    progress.startEpoch(position.step);
    if (position.step === 0) {
      state.epoch += 1;
      state.meter = new EpochMeter();
      const { epoch } = state;
      await dispatcher.emit({ type: 'epoch-start', epoch, epochs: this.epochs, phase: phase.name });
    }
    const factor = (step: number) =>
      (state.lrHold ?? rate.factor(position.inPhase * stepsPerEpoch + step)) * state.lrFactor;
    await trainEpoch(this, {
      loader: this.loaders.at(state.epoch),
      rates: (step) => ({ lrs: phase.groups.map((g) => g.lr * factor(step)), lr: phase.lr * factor(step) }),
      afterStep: async (step) => {
        if (this.keeper?.step() && step < stepsPerEpoch) await this.save();
      },
    });
    progress.endTraining(state.meter);
    if (position.step < stepsPerEpoch && stopping(this)) return;
    if (this.keeper?.olderThan(UNSAVED_SECONDS)) await this.save();
    const measured = await measureEpoch(this, phase.lr * factor(stepsPerEpoch - 1));
    const result = { ...measured, seconds: (performance.now() - startedAt) / 1000 };
    state.history.push(result);
    progress.endEpoch();
    await dispatcher.emit({ type: 'validate-end', result });
    const { epoch, valAccuracy } = this.best;
    const improved = epoch === state.epoch;
    await dispatcher.emit({ type: 'epoch-end', result, improved, bestValAccuracy: valAccuracy });
    position.inPhase += 1;
    position.step = 0;
    await this.save();
  }

  /** Leaves a state to resume from, and a model file. */
  private async cancel(): Promise<StopReason> {
    const { epoch, position } = this.state;
    if (position.step > 0) await this.save();
    await this.keepSomething();
    if (this.parts.peers.first) await this.best.complete(this.parts, this.state.history);
    await this.dispatcher.emit({ type: 'cancelled', epoch, file: this.parts.out });
    return 'cancelled';
  }

  private async end(): Promise<StopReason> {
    const { stop, epoch } = this.state;
    await this.keepSomething();
    if (stop) await this.dispatcher.emit({ type: 'stop', epoch, ...stop });
    await this.dispatcher.emit({ type: 'train-end', epoch });
    if (this.parts.peers.first) await this.best.complete(this.parts, this.state.history);
    if (!stop) return 'finished';
    return stop.by === EARLY_STOPPING ? 'early-stop' : 'stopped';
  }

  /** A run that ends in its first epoch leaves its weights as they are. */
  private async keepSomething(): Promise<void> {
    const { parts, state, best } = this;
    if (best.epoch > 0 || !parts.peers.first) return;
    const weights = await evaluatedWeights(this.attached, parts.trained);
    await best.keepUnvalidated(exportModel(parts, weights, state.history), parts.out);
  }
}
