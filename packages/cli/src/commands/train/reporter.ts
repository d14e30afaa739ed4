/** Turns the trainer's events into a progress bar on a terminal, or one plain line an epoch elsewhere. */
import { duration } from '@saker/spec';
import type { EventListener, TrainEvent } from '@saker/trainer';
import { type Output, printable } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';
import { percent } from '../../output/table.js';

type Of<T extends TrainEvent['type']> = Extract<TrainEvent, { type: T }>;

/** Damaged pictures named one by one; more are only counted. */
const NAMED_REJECTIONS = 20;

/** Callbacks that tell of troubles only. */
const WARNERS = new Set(['gradient-report', 'html-report', 'mlflow', 'tensorboard', 'wandb']);

/** Fewer validation pictures make a figure that one picture moves by 2 points or more. */
const FEW_VALIDATED = 50;

/** Fewer updates of the weights than this hardly train anything. */
const FEW_UPDATES = 100;

/** Classes whose counts and weights are shown. */
const NAMED_CLASSES = 12;

/** What multi-label and binary runs are judged by. */
const SHOWN = { valMAP: 'mAP', valMicroF1: 'micro F1', valRocAuc: 'ROC AUC', valF1: 'F1' } as const;

/** A learning rate in a few characters: 0.0123, 4.6e-5. */
function rate(lr: number): string {
  return lr >= 1e-3 || lr === 0 ? String(Number(lr.toPrecision(3))) : lr.toExponential(1);
}

function figuresOf(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(SHOWN)
    .flatMap(([name, title]) =>
      name in metrics ? [`  ${title} ${(metrics[name] as number).toFixed(3)}`] : [],
    )
    .join('');
}

export class TrainReporter {
  readonly #out: Output;
  readonly #bar: ProgressBar;
  #epochs = 0;
  #accumulate = 1;
  #rejected = 0;
  #stepped = false;

  constructor(out: Output) {
    this.#out = out;
    this.#bar = new ProgressBar(out);
  }

  /** Hand this to `fit()`. */
  readonly listener: EventListener = (event) => {
    switch (event.type) {
      case 'run-start':
        return this.#start(event);
      case 'sample-rejected':
        return this.#reject(event);
      case 'phase-start':
        return this.#note(`${event.phase}: ${event.epochs} epochs, ${event.trainable} trained tensors`);
      case 'step':
        return this.#step(event);
      case 'validate':
        return this.#validate(event);
      case 'epoch-end':
        return this.#epoch(event);
      case 'early-stop':
        return this.#note(`stopped early: no better epoch for ${event.patience} epochs`);
      case 'stop':
        return event.by === 'early-stopping'
          ? undefined
          : this.#note(`stopped by ${event.by}: ${event.reason}`);
      case 'note':
        return this.#told(event);
      case 'resume':
        return this.#note(`going on in epoch ${event.epoch} after step ${event.step}`);
      case 'cancelled':
        return this.#note(`stopped on request in epoch ${event.epoch}`);
      default:
        return undefined;
    }
  };

  /** Leaves the terminal clean; call it when the run has ended in whatever way. */
  finish(): void {
    this.#bar.clear();
    if (this.#rejected > NAMED_REJECTIONS) {
      this.#out.warn(`${this.#rejected} pictures were left out; the training log names them all`);
    }
  }

  #note(text: string): void {
    this.#bar.clear();
    this.#out.note(text);
  }

  /** What a callback tells; that something is wrong is said with --quiet, too. */
  #told({ by, message }: Of<'note'>): void {
    this.#bar.clear();
    if (WARNERS.has(by)) this.#out.warn(`${by}: ${printable(message)}`);
    else this.#out.note(`${by}: ${message}`);
  }

  #start(event: Of<'run-start'>): void {
    const { train, val, test } = event.counts;
    this.#epochs = event.epochs;
    this.#note(
      `training on ${train} pictures of ${event.classes.length} classes, ${val} for validation` +
        `${test > 0 ? `, ${test} for the test` : ''}; ${event.parameters} parameters, ` +
        `${event.head === 'new' ? 'new' : 'kept'} head`,
    );
    if (val > 0 && val < FEW_VALIDATED)
      this.#note(`one of ${val} validation pictures is ${(100 / val).toFixed(1)} points of accuracy`);
    this.#accumulate = event.config.accumulate;
    this.#balance(event);
  }

  /** Says what is done about classes of unequal size; nothing when nothing is. */
  #balance({ classes, balance, config }: Of<'run-start'>): void {
    const { counts, weights, perEpoch } = balance;
    if (weights === null && config.sampler === 'shuffle') return;
    const shown = classes.slice(0, NAMED_CLASSES).map((label, i) => {
      const weight = weights ? ` x ${(weights[i] as number).toPrecision(3)}` : '';
      const visits = config.sampler === 'shuffle' ? '' : `, ${Math.round(perEpoch[i] as number)} an epoch`;
      return `${printable(label)} ${counts[i]}${weight}${visits}`;
    });
    const more = classes.length - shown.length;
    this.#note(`classes: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`);
  }

  #reject(event: Of<'sample-rejected'>): void {
    this.#rejected += 1;
    if (this.#rejected > NAMED_REJECTIONS) return;
    this.#bar.clear();
    this.#out.warn(
      `left out ${printable(event.path)}: ${event.error.code} ${printable(event.error.message)}`,
    );
  }

  /** Says when a run is over before it has learned: with few pictures a batch is soon a whole epoch. */
  #firstStep({ steps, epochs }: Of<'step'>): void {
    const updates = Math.ceil(steps / this.#accumulate) * epochs;
    if (updates < FEW_UPDATES)
      this.#note(
        `${updates} updates of the weights in the whole run, of which training needs hundreds: ` +
          'a smaller --batch-size or more --epochs make more',
      );
  }

  #step(event: Of<'step'>): void {
    if (!this.#stepped) this.#firstStep(event);
    this.#stepped = true;
    if (!this.#out.interactive || this.#out.quiet) return;
    const share = event.step / Math.max(1, event.steps);
    this.#bar.update(
      share,
      `epoch ${event.epoch}/${event.epochs}`,
      `loss ${event.loss.toFixed(3)}  acc ${percent(event.accuracy)}  lr ${rate(event.lr)}  ` +
        `${Math.round(event.imagesPerSecond)} images/s  loader wait ${percent(event.loaderWait)}  ` +
        `ETA ${duration(event.etaMs / 1000)}`,
    );
  }

  #validate(event: Of<'validate'>): void {
    if (!this.#out.interactive || this.#out.quiet) return;
    const share = event.done / Math.max(1, event.total);
    this.#bar.update(share, `epoch ${event.epoch} validation`, `${event.done}/${event.total} pictures`);
  }

  #epoch({ result, improved }: Of<'epoch-end'>): void {
    this.#note(
      `epoch ${result.epoch}/${this.#epochs} ${result.phase}  loss ${result.trainLoss.toFixed(4)}  ` +
        `acc ${percent(result.trainAccuracy)}  val loss ${result.valLoss.toFixed(4)}  ` +
        `val acc ${percent(result.valAccuracy)}${figuresOf(result.metrics)}${improved ? ' (best)' : ''}  ` +
        `lr ${rate(result.lr)}  ` +
        `${Math.round(result.imagesPerSecond)} images/s  loader wait ${percent(result.loaderWait)}  ` +
        `${duration(result.seconds)}`,
    );
  }
}
