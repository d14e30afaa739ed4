import { DEVICE_PATTERN, type GraphProgram, OPTIMIZERS } from '@saker/spec';
import { requireAddon } from './capabilities.js';
import { argumentError, settled, sync } from './errors.js';
import { type GroupConfig, ModelGroup } from './group.js';
import { checkLoss, checkTeacher } from './loss-input.js';
import type { LossConfig, TeacherConfig } from './loss-types.js';
import type { NativeModel, NativeStep } from './native.js';
import type { PretrainConfig, PretrainStepOptions, PretrainView } from './pretrain-types.js';
import { checkOptions, inRange, toCall } from './step-input.js';
import type {
  EvalResult,
  Gradients,
  LossOptions,
  ModelOptions,
  OptimizerConfig,
  ParameterInfo,
  StepInput,
  Tensors,
  TrainOptions,
  TrainResult,
} from './types.js';

function stepResult({ loss, correct, count, gradNorm, lossScale: scale, skipped }: NativeStep): TrainResult {
  const own = { loss, correct, count, gradNorm };
  return scale > 0 ? { ...own, scaling: { scale, skipped } } : own;
}

/**
 * An ONNX graph under libtorch's autograd. Every call runs on the model's own native thread, in call order; the
 * JavaScript thread never waits. Input memory is adopted, not copied, where it lies on the model's device: leave it alone until the
 * promise settles.
 * After `close()` calls reject with E_CLOSED.
 */
export class TrainableModel {
  readonly #native: NativeModel;
  #trainable: Map<string, ParameterInfo>;
  #closed: Promise<void> | undefined;

  private constructor(native: NativeModel) {
    this.#native = native;
    this.#trainable = new Map(native.parameters().map((info) => [info.name, info]));
  }

  /**
   * Copies the program's tensors into libtorch and resolves every node. Throws E_OP_UNSUPPORTED (op, domain, node)
   * before anything runs, E_ENGINE_ARGUMENT for a malformed graph, E_TORCH_NOT_FOUND without libtorch, E_CUDA_NOT_BUILT and
   * E_CUDA_NO_DEVICE for a device that is not there.
   */
  static create(program: GraphProgram, options: ModelOptions = {}): TrainableModel {
    inRange('threads', options.threads, (v) => Number.isInteger(v) && v > 0);
    if (!DEVICE_PATTERN.test(options.device ?? 'cpu'))
      throw argumentError(`device '${options.device}'; expected cpu, cuda or cuda:N`);
    const { NativeModel } = requireAddon();
    return new TrainableModel(sync(() => new NativeModel(program, options)));
  }

  /** Weights and running statistics in graph order. Weights start trainable. */
  parameters(): ParameterInfo[] {
    return [...this.#trainable.values()];
  }

  /**
   * Switches weights on or off for the calls that follow. A BatchNormalization with a frozen scale also keeps its
   * running statistics. E_ENGINE_ARGUMENT for a name that is no weight.
   */
  setTrainable(names: readonly string[], on: boolean): void {
    for (const name of names) {
      const info = this.#trainable.get(name);
      if (!info) throw argumentError(`the model has no weight named '${name}'`);
      if (info.isBuffer) throw argumentError(`'${name}' is a running statistic and takes no gradient`);
    }
    for (const name of names) this.#trainable.set(name, { ...this.#trainable.get(name)!, trainable: on });
    // Queued before every later call, so that no later call sees the old state; a closed model refuses those.
    this.#native.setTrainable(names, on).catch(() => undefined);
  }

  /**
   * Runs what `outputs` needs (default: the graph's outputs) and gives their values. `train` uses batch statistics,
   * updates running statistics and draws Dropout masks. Throws E_MODEL_SHAPE, E_OP_FAILED.
   */
  async forward(
    input: StepInput['input'],
    shape?: readonly number[],
    options: {
      train?: boolean;
      outputs?: readonly string[];
      layout?: 'NCHW' | 'NHWC';
      seed?: number;
      step?: number;
      /** Share of this batch in the running statistics, 0..1; default: each node's own. 1/n at the n-th batch gives their mean. */
      statisticsWeight?: number;
    } = {},
  ): Promise<Tensors> {
    checkOptions(options);
    inRange('statisticsWeight', options.statisticsWeight, (v) => v >= 0 && v <= 1);
    const call = toCall(
      { input, ...(shape && { shape }), ...(options.layout && { layout: options.layout }) },
      false,
    );
    return settled(this.#native.forward(call, options, options.outputs ?? []));
  }

  /** Sets the optimiser with fresh state. A weight belongs to at most one group. */
  async configureOptimizer(config: OptimizerConfig): Promise<void> {
    if (!OPTIMIZERS.includes(config.type)) {
      throw argumentError(`optimiser type '${config.type}'; expected ${OPTIMIZERS.join(', ')}`);
    }
    inRange('momentum', config.momentum, (v) => v >= 0 && v < 1);
    inRange('eps', config.eps, (v) => v > 0);
    inRange('alpha', config.alpha, (v) => v >= 0 && v < 1);
    for (const beta of config.betas ?? []) inRange('betas', beta, (v) => v >= 0 && v < 1);
    for (const group of config.groups) {
      inRange('lr', group.lr, (v) => v >= 0);
      inRange('weightDecay', group.weightDecay, (v) => v >= 0);
    }
    return settled(this.#native.configureOptimizer(config));
  }

  /**
   * Sets what the steps that follow are measured by; cross-entropy until then. Stays until it is set again.
   * E_ENGINE_ARGUMENT for a number out of range; weights of another number than logits are refused by the next step.
   */
  async configureLoss(config: LossConfig): Promise<void> {
    return settled(this.#native.configureLoss(checkLoss(config)));
  }

  /**
   * Adds a teacher to the loss of training steps; `evalStep` stays the task's own. Its tensors are copied. It runs on the
   * pixels of the step, mixed ones too, without gradients. E_OP_UNSUPPORTED, E_ENGINE_ARGUMENT.
   */
  async configureTeacher(program: GraphProgram, config: TeacherConfig): Promise<void> {
    return settled(this.#native.configureTeacher(program, checkTeacher(config)));
  }

  /**
   * One step: forward in train mode, loss (mean cross-entropy unless configured), backward, clip, update. E_TRAIN_DIVERGED when the loss or
   * the gradient norm is not finite; weights, statistics and optimiser state are then as before. With amp 'fp16' gradients that
   * are not finite leave the step out (`scaling.skipped`), until no loss scale is left to try.
   */
  async trainStep(step: StepInput, options: TrainOptions): Promise<TrainResult> {
    checkOptions(options);
    const r = await settled(this.#native.trainStep(toCall(step, true), options));
    const own = stepResult(r);
    const group = this.#native.lastGroupStep();
    return group ? { ...own, group } : own;
  }

  /** Loss, hits and probabilities in eval mode; changes nothing. */
  async evalStep(step: StepInput, options: LossOptions = {}): Promise<EvalResult> {
    checkOptions(options);
    const r = await settled(this.#native.evalStep(toCall(step, true), options));
    return { loss: r.loss, correct: r.correct, count: r.count, probabilities: r.probabilities };
  }

  /** Loss and the gradient of every trainable weight that takes part in it; changes nothing. `train` default true. */
  async lossAndGradients(
    step: StepInput,
    options: TrainOptions & { train?: boolean } = {},
  ): Promise<Gradients> {
    checkOptions(options);
    const r = await settled(this.#native.lossAndGradients(toCall(step, true), { train: true, ...options }));
    return { loss: r.loss, gradients: r.gradients };
  }

  /** Copies of weights and running statistics; all when no names are given. */
  readTensors(names: readonly string[] = []): Promise<Tensors> {
    return settled(this.#native.readTensors(names));
  }

  /** Overwrites weights and running statistics by name. E_MODEL_TENSORS when a shape differs; then none is written. */
  writeTensors(tensors: Tensors): Promise<void> {
    return settled(this.#native.writeTensors(tensors));
  }

  /**
   * Moves the average that the engine keeps of all weights and running statistics by `1 - decay` towards their values; the
   * first call copies them. Nothing passes through JavaScript. `decay` in [0, 1].
   */
  async updateAverage(decay: number): Promise<void> {
    inRange('decay', decay, (v) => v >= 0 && v <= 1);
    await settled(this.#native.updateAverage(decay));
  }

  /** Copies of the average; no tensors before the first `updateAverage`. */
  readAverage(): Promise<Tensors> {
    return settled(this.#native.readAverage());
  }

  /** Replaces the average with a tensor for every weight and running statistic, or forgets it when there are none. E_MODEL_TENSORS. */
  writeAverage(tensors: Tensors): Promise<void> {
    return settled(this.#native.writeAverage(tensors));
  }

  /** Copies of the optimiser's state, by torch.optim's names: `<weight>/momentum`, `/exp_avg`, `/exp_avg_sq`, `/square_avg`, `/grad_avg`, and `/step`. With amp 'fp16' also `grad_scaler/scale`, `/growth_tracker` and `/skipped`. */
  optimizerState(): Promise<Tensors> {
    return settled(this.#native.optimizerState());
  }

  /** Replaces the state of a configured optimiser with what `optimizerState` gave. */
  loadOptimizerState(state: Tensors): Promise<void> {
    return settled(this.#native.loadOptimizerState(state));
  }

  /**
   * Prepares `pretrainStep`. `program` is the one that the model was created from; its first output holds the projections.
   * DINO's teacher starts as a copy of the weights.
   */
  async configurePretraining(program: GraphProgram, config: PretrainConfig): Promise<void> {
    inRange('temperature', config.temperature, (v) => v > 0);
    inRange('centerMomentum', config.centerMomentum, (v) => v >= 0 && v < 1);
    await settled(this.#native.configurePretraining(program, config));
  }

  /**
   * One step of self-supervised pretraining on several views of the same pictures, in the same order, under the configured
   * optimiser: two of one size for SimCLR; DINO's first `globalViews` may be of another size than the rest. A picture that is
   * masked or failed in any view is left out of all. `correct` counts pictures whose views were matched: found each other
   * among all (SimCLR), or were given the same output by student and teacher (DINO). E_TRAIN_DIVERGED as `trainStep`.
   */
  async pretrainStep(views: readonly PretrainView[], options: PretrainStepOptions): Promise<TrainResult> {
    checkOptions(options);
    inRange('globalViews', options.globalViews, (v) => Number.isInteger(v) && v > 0);
    inRange('teacherTemperature', options.teacherTemperature, (v) => v > 0);
    inRange('teacherMomentum', options.teacherMomentum, (v) => v >= 0 && v <= 1);
    const calls = views.map((view) => toCall(view, false));
    return stepResult(await settled(this.#native.pretrainStep(calls, options)));
  }

  /** DINO: copies of the teacher's weights, as `teacher/<weight>`, and of the `center`; nothing for SimCLR. */
  pretrainState(): Promise<Tensors> {
    return settled(this.#native.pretrainState());
  }

  /**
   * Waits until all ranks have come and makes `trainStep` one step of all of them from then on: gradients are summed over the
   * ranks while backward runs, so that every rank updates by the gradient of the mean over all counted items. Loss, hits and
   * count in results stay the rank's own. Call `broadcastTensors` first, so that all start from the same weights.
   * @throws SakerError E_DIST_CONNECT, E_DIST_BACKEND, E_ENGINE_ARGUMENT.
   */
  joinGroup(config: GroupConfig): Promise<ModelGroup> {
    return ModelGroup.join(this.#native, config);
  }

  /** For tests and reports: chosen layout; addresses that show whether the last batch was adopted. */
  debug(array?: Float32Array): { channelsLast: boolean; lastInput: bigint; address?: bigint } {
    return this.#native.debug(array);
  }

  /** Lets the running call end, refuses queued ones with E_CLOSED, frees the model. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#native.close();
    return this.#closed;
  }
}
