import type { Tensors } from '@saker/core-native/autograd';
import type { Callback, CallbackContext } from '../../callbacks/callback.js';
import type { TrainEventOf } from '../../events.js';
import { gradientsOf, type Rectifier, trainedNames, unitsOf } from './measure.js';
import { type GradientWarning, gradientWarnings, layerFigures } from './report.js';

/** Global gradient norms that a step is compared with. */
const MEMORY = 101;
/** A trouble must show in so many reports running: one batch may be odd. An exploded norm is told at once. */
const PERSISTS = 2;

/**
 * Measures every layer each `interval` steps, the first included, sends a `gradient-report` event, and tells each trouble
 * once, in words, as a note.
 */
export class GradientReport implements Callback {
  readonly name = 'gradient-report';
  readonly firstRankOnly = true;
  private readonly norms: number[] = [];
  /** How many reports running show each trouble. */
  private standing = new Map<string, number>();
  private readonly told = new Set<string>();

  private before: Tensors | null = null;

  /** `rectifiers`: whose units are counted. */
  constructor(
    private readonly interval: number,
    private readonly rectifiers: readonly Rectifier[] = [],
  ) {}

  onPhaseStart(_event: TrainEventOf<'phase-start'>, context: CallbackContext): Promise<void> {
    return this.prepare(context);
  }

  async onStepEnd(
    { globalStep, gradNorm, lr }: TrainEventOf<'step'>,
    context: CallbackContext,
  ): Promise<void> {
    const { model, parameters, phase } = context;
    const { before } = this;
    this.before = null;
    const gradients = before && (await gradientsOf(context));
    if (before && gradients) {
      const layers = layerFigures(before, await model.readTensors(trainedNames(context)), gradients);
      const units = await unitsOf(this.rectifiers, context);
      const dims = new Map(parameters.map((p) => [p.name, p.dims]));
      const warnings = gradientWarnings(
        layers,
        units,
        { rateShare: phase ? lr / phase.lr : 1, earlierNorms: this.norms, gradNorm },
        (name) => {
          const shape = dims.get(name) ?? [];
          return { size: shape.reduce((a, b) => a * b, 1), rank: shape.length };
        },
      );
      context.emit({ type: 'gradient-report', epoch: context.epoch, globalStep, layers, units, warnings });
      this.tell(warnings, context);
    }
    this.norms.push(gradNorm);
    if (this.norms.length > MEMORY) this.norms.shift();
    await this.prepare(context);
  }

  /** Keeps the weights when the next step is to be reported on. */
  private async prepare(context: CallbackContext): Promise<void> {
    if (context.globalStep % this.interval === 0)
      this.before = await context.model.readTensors(trainedNames(context));
  }

  private tell(warnings: readonly GradientWarning[], context: CallbackContext): void {
    const standing = new Map<string, number>();
    for (const { kind, layer, message } of warnings) {
      const key = `${kind}/${layer}`;
      const times = (this.standing.get(key) ?? 0) + 1;
      standing.set(key, times);
      const due = times >= PERSISTS || (kind === 'exploding' && layer === 'all');
      if (due && !this.told.has(key)) {
        this.told.add(key);
        context.note(`step ${context.globalStep}: ${message}`);
      }
    }
    this.standing = standing;
  }
}
