import { argMax, confusionMatrix } from '@saker/evaluate';
import type { Callback, CallbackContext, SeenValidation } from '../../callbacks/callback.js';
import type { TrainEvent, TrainEventOf } from '../../events.js';
import { Status, type Summary_Value } from '../../gen/tensorboard_pb.js';
import { epochFigures, type Figures, stepFigures } from '../figures.js';
import { flatConfig } from '../flat-config.js';
import { histogramOf } from '../gradients/histogram.js';
import { gradientsOf, trainedNames } from '../gradients/measure.js';
import { confusionImage } from '../image/confusion-image.js';
import { contactSheet, type SheetBatch } from '../image/contact-sheet.js';
import { EventFile } from './event-file.js';
import { hparamsEnd, hparamsStart } from './hparams.js';
import { histogramValue, imageValue, scalarValue, textValue } from './values.js';

export interface TensorBoardOptions {
  /** Folder of the event file; made. TensorBoard shows it as one run. */
  readonly folder: string;
  /** Steps between two points of the step curves. Default 10. */
  readonly stepInterval?: number;
  /** Optimiser steps made before this run, when it is resumed. */
  readonly resumeStep?: number;
}

/** Metrics that the HParams page shows beside the settings. */
const TABLE = ['accuracy/val', 'loss/val', 'loss/train'];
/** More classes make a matrix that nobody can read. */
const MOST_CLASSES = 200;

/**
 * Writes TensorBoard event files: curves of steps and epochs, histograms of weights and gradients of the first step of
 * each epoch, the pictures of that step as the network sees them, the confusion matrix, settings and configuration. A full
 * disk ends the log, never the run.
 */
export class TensorBoardLog implements Callback {
  readonly name = 'tensorboard';
  readonly firstRankOnly = true;
  private readonly stepInterval: number;
  private warned = false;
  private ended = false;

  private constructor(
    private readonly events: EventFile,
    options: TensorBoardOptions,
  ) {
    this.stepInterval = options.stepInterval ?? 10;
  }

  /** @throws SakerError E_FILE_WRITE. */
  static async open(options: TensorBoardOptions): Promise<TensorBoardLog> {
    const { folder, resumeStep } = options;
    return new TensorBoardLog(
      await EventFile.open(folder, resumeStep === undefined ? {} : { resumeStep }),
      options,
    );
  }

  onRunStart({ config, classes, counts }: TrainEventOf<'run-start'>, { globalStep }: CallbackContext): void {
    const text = [
      `- classes: ${classes.length}; pictures: ${counts.train} train, ${counts.val} val, ${counts.test} test`,
      '',
      '```json',
      JSON.stringify(config, null, 2),
      '```',
    ].join('\n');
    this.events.write(globalStep, [textValue('config', text)]);
    this.events.write(globalStep, hparamsStart(flatConfig(config), TABLE, Date.now() / 1000));
  }

  async onStepEnd(event: TrainEventOf<'step'>, context: CallbackContext): Promise<void> {
    const { globalStep } = event;
    const values: Summary_Value[] = [];
    if (globalStep % this.stepInterval === 0 || event.step === event.steps)
      values.push(...scalars(stepFigures(event, context)));
    if (event.step === 1) {
      values.push(...(await histograms(context)));
      const batch = onHost(context.lastBatch);
      if (batch) {
        const sheet = await contactSheet(batch, context.pipelines.train, context.classes);
        values.push(imageValue('input/train', sheet));
      }
    }
    this.write(globalStep, values, context);
  }

  async onEpochEnd({ result }: TrainEventOf<'epoch-end'>, context: CallbackContext): Promise<void> {
    const { globalStep, phase, classes, config, lastValidation } = context;
    const values = scalars(epochFigures(result));
    const share = phase ? result.lr / phase.lr : 0;
    phase?.groups.forEach((group, i) => {
      values.push(scalarValue(`learning_rate/group_${i}`, group.lr * share));
    });
    if (lastValidation && config.task === 'single' && classes.length <= MOST_CLASSES) {
      const counts = confusionOf(lastValidation, classes.length);
      values.push(imageValue('confusion/val', await confusionImage(counts, classes)));
    }
    this.write(globalStep, values, context);
  }

  onEvent(event: TrainEvent, context: CallbackContext): void {
    if (event.type === 'gradient-report') {
      const values = event.layers.flatMap(({ name, weightNorm, gradNorm, updateRatio }) => [
        scalarValue(`weight_norm/${name}`, weightNorm),
        scalarValue(`gradient_norm/${name}`, gradNorm),
        ...(updateRatio === null ? [] : [scalarValue(`update_ratio/${name}`, updateRatio)]),
      ]);
      for (const { node, units, dead } of event.units)
        values.push(scalarValue(`dead_units/${node}`, dead / units));
      this.write(event.globalStep, values, context);
    } else if (event.type === 'run-end') {
      this.end(Status.SUCCESS, context);
    } else if (event.type === 'error') {
      this.events.write(context.globalStep, [
        textValue('error', `${event.error.code}: ${event.error.message}`),
      ]);
      this.end(Status.FAILURE, context);
    }
  }

  close(): Promise<void> {
    return this.events.close();
  }

  private end(status: Status, { globalStep }: CallbackContext): void {
    if (this.ended) return;
    this.ended = true;
    this.events.write(globalStep, [hparamsEnd(status, Date.now() / 1000)]);
  }

  private write(step: number, values: readonly Summary_Value[], context: CallbackContext): void {
    this.events.write(step, values);
    if (this.events.failure === null || this.warned) return;
    this.warned = true;
    context.note(`the log ended, the run goes on: ${this.events.failure.message}`);
  }
}

/** Of the weights after the step and of its batch's gradients there. */
async function histograms(context: CallbackContext): Promise<Summary_Value[]> {
  const weights = await context.model.readTensors(trainedNames(context));
  const all = Object.entries({ weights, gradients: (await gradientsOf(context)) ?? {} });
  return all.flatMap(([kind, tensors]) =>
    Object.entries(tensors).flatMap(([name, { data }]) => {
      const histogram = histogramOf(data);
      return histogram ? [histogramValue(`${kind}/${name}`, histogram)] : [];
    }),
  );
}

/** Counts by (label, class of the greatest probability) of the pictures that could be read. */
function confusionOf({ samples, probabilities }: SeenValidation, numClasses: number): number[] {
  const read = samples.flatMap(({ label }, i) => {
    const p = probabilities[i];
    return p ? [{ label, predicted: argMax(p) }] : [];
  });
  return confusionMatrix(
    read.map(({ label }) => label),
    read.map(({ predicted }) => predicted),
    numClasses,
  ).flat();
}

/** The batch when its pixels are f32 numbers in host memory, as they are where the network runs on the CPU. */
function onHost(batch: CallbackContext['lastBatch']): SheetBatch | null {
  if (batch === null || batch.device !== 'cpu') return null;
  const { data, shape, layout, labels, targets, statuses } = batch;
  if (!(data instanceof Float32Array) || shape.length !== 4) return null;
  return { data, shape, layout, labels, ...(targets && { targets }), statuses };
}

function scalars(figures: Figures): Summary_Value[] {
  return Object.entries(figures).map(([tag, value]) => scalarValue(tag, value));
}
