import { hostname } from 'node:os';
import type { Callback, CallbackContext } from '../../callbacks/callback.js';
import type { TrainEvent, TrainEventOf } from '../../events.js';
import { epochFigures, stepFigures } from '../figures.js';
import { type WandbPlace, type WandbPlaceOptions, wandbPlace } from './place.js';
import { RunFile } from './run-file.js';

export interface WandbOptions extends Omit<WandbPlaceOptions, 'now' | 'environment'> {
  /** Default: this process's. */
  readonly environment?: WandbPlaceOptions['environment'];
  /** Steps between two points of the step curves. Default 10. */
  readonly stepInterval?: number;
}

/** What wandb itself writes there: nothing older than this reads these files. */
const MIN_CONSUMER = '0.70.0';
/** Exit codes; of another than 0 W&B says that the run failed. */
const CANCELLED = 130;
const FAILED = 1;

type Values = Record<string, number>;

/**
 * Writes an offline run of Weights & Biases: settings, curves of steps and epochs, the figures at the end. Nothing is sent;
 * `wandb sync` does that. A full disk ends the log, never the run.
 */
export class WandbLog implements Callback {
  readonly name = 'wandb';
  readonly firstRankOnly = true;
  private readonly startedAt = Date.now();
  /** Values of a step that more may come to: a step is told once, and no step after a later one. */
  private row: { readonly step: number; readonly values: Values } | null = null;
  private lastStep = -1;
  private warned = false;
  private ended = false;

  private constructor(
    /** Where the run lies, and its names. */
    readonly place: WandbPlace,
    private readonly file: RunFile,
    private readonly stepInterval: number,
  ) {}

  /** @throws SakerError E_FILE_WRITE, E_ARG_INVALID. */
  static async open({
    stepInterval = 10,
    environment = process.env,
    ...options
  }: WandbOptions): Promise<WandbLog> {
    const place = wandbPlace({ ...options, environment, now: Date.now() });
    return new WandbLog(place, await RunFile.open(place.file), stepInterval);
  }

  onRunStart({ config, classes, counts, parameters }: TrainEventOf<'run-start'>): void {
    const { runId, entity, project, name } = this.place;
    const settings = { ...config, classes, pictures: counts, parameters, _wandb: {} };
    this.file.write({
      case: 'header',
      value: { versionInfo: { producer: 'saker', minConsumer: MIN_CONSUMER } },
    });
    this.file.write({
      case: 'run',
      value: {
        runId,
        entity,
        project,
        displayName: name,
        host: hostname(),
        startTime: {
          seconds: BigInt(Math.floor(this.startedAt / 1000)),
          nanos: (this.startedAt % 1000) * 1_000_000,
        },
        config: {
          update: Object.entries(settings).flatMap(([key, value]) =>
            value === undefined ? [] : [{ key, valueJson: JSON.stringify(value) }],
          ),
        },
      },
    });
  }

  onStepEnd(event: TrainEventOf<'step'>, context: CallbackContext): void {
    if (event.globalStep % this.stepInterval !== 0 && event.step !== event.steps) return;
    this.add(event.globalStep, stepFigures(event, context));
    this.warn(context);
  }

  onEpochEnd({ result }: TrainEventOf<'epoch-end'>, context: CallbackContext): void {
    this.add(context.globalStep, epochFigures(result));
    this.flush();
    this.warn(context);
  }

  onEvent(event: TrainEvent): void {
    if (event.type === 'gradient-report') {
      const layers = event.layers.flatMap(({ name, weightNorm, gradNorm }) => [
        [`weight_norm/${name}`, weightNorm] as const,
        [`gradient_norm/${name}`, gradNorm] as const,
      ]);
      this.add(event.globalStep, Object.fromEntries(layers));
    } else if (event.type === 'run-end') {
      const { bestEpoch, bestMetric, bestValAccuracy, stopped, baseline } = event.result;
      this.flush();
      this.summary({
        'best/epoch': bestEpoch,
        [`best/${bestMetric.name}`]: bestMetric.value,
        'best/valAccuracy': bestValAccuracy,
        ...(baseline && {
          'baseline/logistic': baseline.logistic.score,
          'baseline/frequency': baseline.frequency,
        }),
      });
      this.end(stopped === 'cancelled' ? CANCELLED : 0);
    } else if (event.type === 'error') {
      this.end(FAILED);
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private seconds(): number {
    return (Date.now() - this.startedAt) / 1000;
  }

  private add(step: number, values: Values): void {
    if (this.row && this.row.step !== step) this.flush();
    if (step <= this.lastStep) return;
    this.row ??= { step, values: {} };
    Object.assign(this.row.values, values);
  }

  /** Writes the row, and its values as those that stand last. */
  private flush(): void {
    if (!this.row) return;
    const { step, values } = this.row;
    this.row = null;
    this.lastStep = step;
    const told = {
      ...values,
      _step: step,
      _runtime: this.seconds(),
      _timestamp: Date.now() / 1000,
    };
    this.summary(told);
    this.file.write({
      case: 'history',
      value: { item: items(told), step: { num: BigInt(step) } },
    });
  }

  private summary(values: Values): void {
    this.file.write({ case: 'summary', value: { update: items(values) } });
  }

  private end(exitCode: number): void {
    if (this.ended) return;
    this.ended = true;
    this.flush();
    this.file.write({ case: 'exit', value: { exitCode, runtime: Math.floor(this.seconds()) } });
  }

  private warn(context: CallbackContext): void {
    if (this.file.failure === null || this.warned) return;
    this.warned = true;
    context.note(`the log ended, the run goes on: ${this.file.failure.message}`);
  }
}

/** Numbers as JSON; those that it lacks are left out. */
function items(values: Values): { nestedKey: string[]; valueJson: string }[] {
  return Object.entries(values).flatMap(([key, value]) =>
    Number.isFinite(value) ? [{ nestedKey: [key], valueJson: JSON.stringify(value) }] : [],
  );
}
