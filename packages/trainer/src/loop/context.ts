import type { Batch } from '@saker/core-native';
import type { Tensors, TrainableModel, TrainResult } from '@saker/core-native/autograd';
import { SakerError } from '@saker/spec';
import { evaluatedWeights } from '../callbacks/ask.js';
import type { Callback, CallbackContext, SeenValidation, ValidationFigures } from '../callbacks/callback.js';
import type { Attached } from '../callbacks/dispatcher.js';
import type { ResolvedConfig, ResolvedPipelines } from '../config/resolve.js';
import type { EpochResult, TrainEvent } from '../events.js';
import type { Phase, RecipeParameter } from '../recipe/recipe.js';
import { estimateStatistics } from './estimate-statistics.js';
import { exportModel } from './export.js';
import { validateWeights } from './measure-epoch.js';
import type { RunCore } from './run-core.js';

function atLeastZero(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new SakerError('E_ARG_INVALID', { name, expected: 'a number of at least 0', received: value });
}

class Context implements CallbackContext {
  readonly config: ResolvedConfig;
  readonly pipelines: ResolvedPipelines;
  readonly classes: readonly string[];
  readonly out: string;
  readonly run: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly parameters: readonly RecipeParameter[];
  readonly model: TrainableModel;
  readonly rank: number;
  readonly worldSize: number;

  constructor(
    private readonly shared: RunCore,
    private readonly name: string,
  ) {
    const { config, pipelines, data, out, run, parameters, trained, rank, worldSize } = shared.parts;
    this.config = config;
    this.pipelines = pipelines;
    this.classes = data.classes;
    this.out = out;
    this.run = run;
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
  get lastBatch(): Batch | null {
    return this.shared.state.lastBatch;
  }
  get lastValidation(): SeenValidation | null {
    return this.shared.state.lastValidation;
  }

  requestStop(reason: string): void {
    this.shared.state.stop ??= { by: this.name, reason };
  }
  scaleLr(factor: number): void {
    this.shared.state.lrFactors.set(this.name, atLeastZero('factor', factor));
  }
  holdLr(share: number | null): void {
    this.shared.state.lrHold = share === null ? null : atLeastZero('share', share);
  }
  emit(event: TrainEvent): void {
    this.shared.dispatcher.post(event);
  }
  note(message: string): void {
    this.emit({ type: 'note', by: this.name, message });
  }
  evaluatedWeights(): Promise<Tensors> {
    return evaluatedWeights(this.shared.attached, this.model);
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

  validate(weights: Tensors): Promise<ValidationFigures> {
    return validateWeights(this.shared, weights);
  }
  estimateStatistics(weights: Tensors): Promise<Tensors> {
    return estimateStatistics(this.shared, weights);
  }
  propose(weights: Tensors, figures: ValidationFigures): Promise<boolean> {
    return this.shared.best.propose(weights, figures, this);
  }
}

/**
 * Gives each callback its context; those for the first process only are left out on others.
 * @throws SakerError E_ARG_INVALID for two callbacks of one name.
 */
export function attachCallbacks(shared: RunCore, callbacks: readonly Callback[]): Attached[] {
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
