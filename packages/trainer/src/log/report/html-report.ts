import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  evaluatePredictions,
  modelHash,
  Predictor,
  renderTrainingReport,
  type TrainingReportInput,
} from '@saker/evaluate';
import type { SimpleBaseline } from '../../baseline/simple-baseline.js';
import type { Callback, CallbackContext, CallbackState, SeenValidation } from '../../callbacks/callback.js';
import type { RunData } from '../../data.js';
import type { FitResult, StopReason, TrainEvent, TrainEventOf } from '../../events.js';
import { writeFileAtomic } from '../../model/atomic.js';
import { machineFacts } from './machine.js';
import { bestOf, metadataOf, namedSamples, reportInput } from './report-input.js';

/** The callback's name, in notes and in checkpoints. */
export const HTML_REPORT = 'html-report';

/** The page of a run's folder. */
export const reportFile = (run: string): string => join(run, 'report.html');

/** Between two writings pass so many times the time that the last one took: at most one part in 50 of a run. */
const SHARE = 50;
const VAL_BATCH = 32;
const NO_TIME = { seconds: 0, imagesPerSecond: 0, inferenceMs: 0, waitMs: 0 };

const ENDED: Record<StopReason, string> = {
  finished: 'The run is finished.',
  'early-stop': 'The run stopped early: the epochs got no better.',
  stopped: 'The run was stopped by a callback.',
  cancelled: 'The run was stopped on request.',
};

export interface HtmlReportOptions {
  readonly data: RunData;
  /** Seconds between two writings, at the least. Default 5. */
  readonly minSeconds?: number;
}

/** How the page is to be written: as of a run that goes on, ended or failed. */
interface Writing {
  readonly state: string;
  readonly unfinished: boolean;
  /** The end of the run. */
  readonly last: boolean;
  /** Whether the model file may be validated once more when its predictions are not at hand. */
  readonly mayValidate: boolean;
  readonly averaged?: TrainingReportInput['averaged'];
}

/**
 * Writes `report.html` into the run's folder: after epochs, not more often than it is cheap, and at the end. What goes wrong
 * with it is told once and never ends the run.
 */
export class HtmlReport implements Callback {
  readonly name = HTML_REPORT;
  readonly firstRankOnly = true;
  private readonly startedAt = new Date();
  private readonly began = performance.now();
  private writtenAt = this.began;
  private tookMs = 0;
  private warned = false;
  private context: CallbackContext | null = null;
  private baseline: SimpleBaseline | null = null;
  private gradientWarnings: string[] = [];
  private notes: string[] = [];
  /** The validation of the shipped weights until it is measured. */
  private shipped: SeenValidation | null = null;
  private evaluation: TrainingReportInput['evaluation'] = null;
  private trained = false;
  private averaged = false;

  constructor(private readonly options: HtmlReportOptions) {}

  onEvent(event: TrainEvent, context: CallbackContext): void {
    this.context = context;
    if (event.type === 'baseline') this.baseline = event.baseline;
    if (event.type !== 'note' || event.by === HTML_REPORT) return;
    if (event.by === 'gradient-report') this.gradientWarnings.push(event.message);
    else this.notes = [...new Set([...this.notes, `${event.by}: ${event.message}`])];
  }

  /** The model file has new weights: those of the last validation, unless averages of several kinds were tried. */
  onCheckpoint(_event: TrainEventOf<'checkpoint'>, { lastValidation }: CallbackContext): void {
    this.averaged = this.trained;
    this.shipped = this.trained ? null : lastValidation;
    this.evaluation = null;
  }

  async onEpochEnd(_event: TrainEventOf<'epoch-end'>, { epoch, epochs }: CallbackContext): Promise<void> {
    const passed = performance.now() - this.writtenAt;
    if (passed < Math.max(1000 * (this.options.minSeconds ?? 5), SHARE * this.tookMs)) return;
    const state = `The run goes on: epoch ${epoch} of ${epochs} is done.`;
    await this.write({ state, unfinished: true, last: false, mayValidate: true });
  }

  onTrainEnd(): void {
    this.trained = true;
  }

  async onError({ error }: TrainEventOf<'error'>): Promise<void> {
    const state = `The run failed with ${error.code}: ${error.message}`;
    await this.write({ state, unfinished: true, last: true, mayValidate: false });
  }

  /** Writes the page of a run that ended; gives its path, or null when it could not be written. */
  async end({ stopped, bestMetric, bestValAccuracy }: FitResult): Promise<string | null> {
    const cancelled = stopped === 'cancelled';
    const averaged = this.averaged ? { value: bestMetric.value, valAccuracy: bestValAccuracy } : undefined;
    return this.write({
      state: ENDED[stopped],
      unfinished: cancelled,
      last: true,
      mayValidate: !cancelled,
      averaged,
    });
  }

  state(): CallbackState {
    return { json: { gradientWarnings: this.gradientWarnings, notes: this.notes } };
  }

  loadState({ json }: CallbackState): void {
    const { gradientWarnings, notes } = json as { gradientWarnings: string[]; notes: string[] };
    this.gradientWarnings = [...gradientWarnings];
    this.notes = [...new Set([...notes, ...this.notes])];
  }

  private async write(writing: Writing): Promise<string | null> {
    const { context } = this;
    if (!context) return null;
    const start = performance.now();
    const file = reportFile(context.run);
    try {
      const { data } = this.options;
      const { last, mayValidate, ...standing } = writing;
      const evaluation = await this.measured(context, mayValidate);
      const page = await renderTrainingReport(
        reportInput(context, data, {
          ...standing,
          averaged: writing.averaged,
          unfinished: writing.unfinished && context.config.checkpoint,
          evaluation,
          baseline: this.baseline,
          gradientWarnings: this.gradientWarnings,
          notes: this.notes,
          hash: last && existsSync(context.out) ? await modelHash(context.out) : undefined,
          machine: machineFacts(context, this.startedAt, (start - this.began) / 1000),
        }),
      );
      await mkdir(context.run, { recursive: true });
      await writeFileAtomic(file, Buffer.from(page));
      return file;
    } catch (thrown) {
      if (!this.warned)
        context.note(`${file} was not written, the run goes on: ${(thrown as Error).message}`);
      this.warned = true;
      return null;
    } finally {
      this.writtenAt = performance.now();
      this.tookMs = this.writtenAt - start;
    }
  }

  /** Figures of the shipped weights on the validation pictures. */
  private async measured(
    context: CallbackContext,
    mayValidate: boolean,
  ): Promise<TrainingReportInput['evaluation']> {
    const { shipped } = this;
    const { config, history, out } = context;
    const best = bestOf(history, config.monitor);
    if (shipped && best) {
      this.shipped = null;
      this.evaluation = this.figures(context, metadataOf(context, best.thresholds), shipped);
    } else if (!this.evaluation && best && mayValidate && existsSync(out)) {
      this.evaluation = await this.validated(context);
    }
    return this.evaluation;
  }

  /** Those of the file, where an earlier process or a mean of weights left no predictions. */
  private async validated(context: CallbackContext): Promise<TrainingReportInput['evaluation']> {
    const { threads } = context.config;
    const { val } = this.options.data;
    const predictor = await Predictor.load(context.out, { threads });
    try {
      const seen = await predictor.predictSamples([...val], { batchSize: VAL_BATCH, threads });
      return this.figures(context, predictor.metadata, { samples: val, ...seen });
    } finally {
      await predictor.close();
    }
  }

  private figures(
    { config }: CallbackContext,
    metadata: ReturnType<typeof metadataOf>,
    { probabilities }: SeenValidation,
  ): TrainingReportInput['evaluation'] {
    if (!probabilities.some(Boolean)) return null;
    return evaluatePredictions(metadata, namedSamples(this.options.data.val, config.data), {
      probabilities,
      failures: [],
      timings: NO_TIME,
    });
  }
}
