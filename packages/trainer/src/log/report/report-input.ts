import { basename, relative, resolve, sep } from 'node:path';
import type { Baseline, LabelledSample, TrainingReportInput } from '@saker/evaluate';
import { describePicture, type ModelMetadata, makeModelMetadata, SakerError } from '@saker/spec';
import type { SimpleBaseline } from '../../baseline/simple-baseline.js';
import type { CallbackContext } from '../../callbacks/callback.js';
import { Monitor } from '../../callbacks/monitor.js';
import type { LabelledPicture, RunData } from '../../data.js';
import type { EpochResult } from '../../events.js';
import { MODEL_TASK } from '../../loop/export.js';

const FEATURES = { frozen: 'frozen features', pixels: 'pixels' } as const;

/** The best of the validated epochs by the rule of the model file; null before the first. */
export function bestOf(history: readonly EpochResult[], metric: string): EpochResult | null {
  const monitor = new Monitor({ metric });
  return history.reduce<EpochResult | null>(
    (best, one) => (best === null || monitor.better(monitor.score(one), monitor.score(best)) ? one : best),
    null,
  );
}

/** What the page draws of a baseline: of accuracy, and of the task's own metric where that is another. */
export function baselinesOf(baseline: SimpleBaseline | null, task: RunData['task']): Baseline[] {
  if (!baseline) return [];
  const { metric, frequency, majority, logistic } = baseline;
  const learned = `logistic regression on ${FEATURES[logistic.features]}`;
  const accuracies = [
    { name: learned, metric: 'valAccuracy', value: logistic.accuracy },
    {
      name: task === 'multi' ? 'labels of most pictures' : 'most frequent class',
      metric: 'valAccuracy',
      value: majority,
    },
  ];
  if (metric === 'valAccuracy') return accuracies;
  return [
    { name: learned, metric, value: logistic.score },
    { name: 'frequencies alone', metric, value: frequency },
    ...accuracies,
  ];
}

/** A path relative to a folder that it lies in, else as it is. */
function within(folder: string, path: string): string {
  const inside = relative(folder, path);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) ? path : inside;
}

/** Validation pictures under the names that the page shows. */
export function namedSamples(val: readonly LabelledPicture[], data: string): LabelledSample[] {
  const folder = resolve(data);
  return val.map((picture) => ({ ...picture, name: describeWithin(folder, picture) }));
}

function describeWithin(folder: string, picture: LabelledPicture): string {
  return describePicture({ ...picture, path: within(folder, resolve(picture.path)) });
}

/** What tells how the weights of an epoch decide. */
export function metadataOf(
  { config, classes, pipelines }: CallbackContext,
  thresholds: readonly number[] | null,
): ModelMetadata {
  return makeModelMetadata({
    task: MODEL_TASK[config.task],
    labels: classes,
    thresholds,
    eval: pipelines.eval,
  });
}

/** An argument as a POSIX shell reads it back. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

function commandsOf({ config, out, run }: CallbackContext, unfinished: boolean) {
  const [model, data] = [quoted(out), quoted(resolve(config.data))];
  return [
    ...(unfinished ? [{ purpose: 'go on', line: `saker train --resume ${quoted(run)}` }] : []),
    { purpose: 'serve it', line: `saker serve ${model}` },
    { purpose: 'try it', line: `saker predict ${model} PICTURE` },
    { purpose: 'evaluate it', line: `saker evaluate ${model} ${data} --report report` },
  ];
}

/** How a run stands, and what the page is to say of it. */
export interface Standing {
  readonly state: string;
  /** Whether `saker train --resume` goes on from here. */
  readonly unfinished: boolean;
  readonly averaged: TrainingReportInput['averaged'];
  readonly baseline: SimpleBaseline | null;
  readonly evaluation: TrainingReportInput['evaluation'];
  readonly gradientWarnings: readonly string[];
  readonly notes: readonly string[];
  readonly hash: string | undefined;
  readonly machine: TrainingReportInput['machine'];
}

/** Brings a run into the form of the page. */
export function reportInput(
  context: CallbackContext,
  { task, train, val, test, hash, rejected }: RunData,
  standing: Standing,
): TrainingReportInput {
  const { config, history, epochs, out, pipelines } = context;
  const { baseline, gradientWarnings, ...rest } = standing;
  return {
    ...rest,
    task: MODEL_TASK[task],
    epochs: history,
    planned: epochs,
    monitor: config.monitor,
    best: bestOf(history, config.monitor)?.epoch ?? 0,
    baselines: baselinesOf(baseline, task),
    counts: { train: train.length, val: val.length, test: test.length },
    model: {
      name: basename(out),
      path: out,
      hash: standing.hash,
      commands: commandsOf(context, standing.unfinished),
    },
    data: { path: config.data, hash },
    gradientWarnings: config.gradientReport > 0 ? gradientWarnings : null,
    failures: rejected.map(({ path, error }) => ({ path, error: SakerError.fromJSON(error) })),
    config: { ...config },
    pipelines,
  };
}
