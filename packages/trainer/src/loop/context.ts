import type { Tensors, TrainableModel, TrainResult } from '@saker/core-native/autograd';
import { SakerError } from '@saker/spec';
import type { Callback, CallbackContext } from '../callbacks/callback.js';
import type { Attached, Dispatcher } from '../callbacks/dispatcher.js';
import type { ResolvedConfig, ResolvedPipelines } from '../config/resolve.js';
import type { EpochResult, TrainEvent } from '../events.js';
import type { Phase, RecipeParameter } from '../recipe/recipe.js';
import { exportModel } from './export.js';
import type { RunParts } from './run-parts.js';
import type { RunState } from './run-state.js';

/** What all contexts of a run share. */
export interface SharedContext {
  readonly parts: RunParts;
  readonly state: RunState;
  readonly dispatcher: Dispatcher;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The weights that validation and the model file use. */
  evaluatedWeights(): Promise<Tensors>;
}

class Context implements CallbackContext {
  readonly config: ResolvedConfig;
  readonly pipelines: ResolvedPipelines;
  readonly classes: readonly string[];
  readonly out: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly parameters: readonly RecipeParameter[];
  readonly model: TrainableModel;
  readonly rank: number;
  readonly worldSize: number;

  constructor(
    private readonly shared: SharedContext,
    private readonly name: string,
  ) {
    const { config, pipelines, data, out, parameters, trained, rank, worldSize } = shared.parts;
    this.config = config;
    this.pipelines = pipelines;
    this.classes = data.classes;
    this.out = out;
    this.epochs = shared.epochs;
    this.stepsPerEpoch = shared.stepsPerEpoch;
    this.parameters = parameters;
    this.model = trained;
    this.rank = rank;
    this.worldSize = worldSize;
  }

  get history(): readonly EpochResult[] {
    return this.shared.state.history;
  }
  get epoch(): number {
    return this.shared.state.epoch;
  }
  get globalStep(): number {
    return this.shared.state.globalStep;
  }
  get phase(): Phase | null {
    return this.shared.state.phase;
  }
  get lastStep(): TrainResult | null {
    return this.shared.state.lastStep;
  }

  requestStop(reason: string): void {
    this.shared.state.stop ??= { by: this.name, reason };
  }
  scaleLr(factor: number): void {
    if (!(Number.isFinite(factor) && factor >= 0))
      throw new SakerError('E_ARG_INVALID', {
        name: 'factor',
        expected: 'a number of at least 0',
        received: factor,
      });
    this.shared.state.lrFactors.set(this.name, factor);
  }
  emit(event: TrainEvent): void {
    this.shared.dispatcher.post(event);
  }
  note(message: string): void {
    this.emit({ type: 'note', by: this.name, message });
  }
  evaluatedWeights(): Promise<Tensors> {
    return this.shared.evaluatedWeights();
  }
  async exportModel({
    weights,
    result,
  }: {
    readonly weights?: Tensors | undefined;
    readonly result?: EpochResult | undefined;
  } = {}): Promise<Uint8Array> {
    return exportModel(this.shared.parts, weights ?? (await this.evaluatedWeights()), this.history, result);
  }
}

/**
 * Gives each callback its context; those for the first process only are left out on others.
 * @throws SakerError E_ARG_INVALID for two callbacks of one name.
 */
export function attachCallbacks(shared: SharedContext, callbacks: readonly Callback[]): Attached[] {
  const names = new Set<string>();
  for (const { name } of callbacks) {
    if (names.has(name))
      throw new SakerError('E_ARG_INVALID', {
        name: 'callbacks',
        expected: 'callbacks of different names',
        received: `two named ${name}`,
      });
    names.add(name);
  }
  return callbacks
    .filter((callback) => shared.parts.rank === 0 || !callback.firstRankOnly)
    .map((callback) => ({ callback, context: new Context(shared, callback.name) }));
}
