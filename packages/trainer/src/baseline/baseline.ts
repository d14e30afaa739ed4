/** `baseline()`: what is easily had from a folder of pictures, before anything better is tried. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRunConfig, type RunConfigInput } from '@saker/spec';
import { resolveConfig, resolvePipelines } from '../config/resolve.js';
import { openData } from '../data.js';
import type { EventListener } from '../events.js';
import { fit } from '../fit.js';
import { MODEL_TASK } from '../loop/export.js';
import { openModel } from '../model/prepare.js';
import { type SimpleBaseline, simpleBaseline } from './simple-baseline.js';

export interface BaselineResult extends SimpleBaseline {
  readonly classes: readonly string[];
  readonly samples: { readonly train: number; readonly val: number };
  /** A small network trained from new; null when the run was told to stop before. */
  readonly smallCnn: {
    /** The metric of its best epoch. */
    readonly score: number;
    readonly accuracy: number;
    readonly epochs: number;
    readonly size: number;
  } | null;
}

export interface BaselineOptions {
  /** Events of small_cnn's training. */
  readonly onEvent?: EventListener;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Pictures are made this small for small_cnn, and it sees them this often, unless the configuration says so. */
const SIZE = 64;
const EPOCHS = 10;

/**
 * Frequency of the classes, logistic regression (on the frozen features of `model` when that is a file, else on small
 * pixels), and small_cnn from new, on the run's own split; scored by the metric of the data's task.
 * @throws SakerError as `fit`.
 */
export async function baseline(
  input: RunConfigInput,
  options: BaselineOptions = {},
): Promise<BaselineResult> {
  const given = parseRunConfig(input);
  const source = await openModel(given.model, given.size, given.weights);
  const data = await openData(given, (event) => options.onEvent?.(event));
  const prepared = source.prepare(data.classes, given.seed, MODEL_TASK[data.task]);
  const config = resolveConfig({ ...given, task: data.task }, prepared.facts);
  const pretrained = prepared.base.sha256 !== null;
  const backbone = pretrained
    ? { model: prepared.model, pipeline: resolvePipelines(config, prepared.facts).eval }
    : null;
  const { seed, threads } = config;
  const simple = await simpleBaseline({
    ...{ data, backbone, seed, threads },
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  const samples = { train: data.train.length, val: data.val.length };
  const smallCnn = options.signal?.aborted ? null : await trainSmallCnn(input, options);
  return { ...simple, classes: data.classes, samples, smallCnn };
}

async function trainSmallCnn(
  input: RunConfigInput,
  { onEvent, signal }: BaselineOptions,
): Promise<BaselineResult['smallCnn']> {
  const folder = await mkdtemp(join(tmpdir(), 'saker-baseline-'));
  const { data, task, positive, labelSeparator, valFraction, testFraction, seed, threads } = input;
  const size = Math.min(SIZE, input.size ?? SIZE);
  const epochs = input.epochs ?? EPOCHS;
  const given = { task, positive, labelSeparator, valFraction, testFraction, seed, threads };
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  try {
    const { bestMetric, bestValAccuracy, stopped } = await fit(
      {
        ...{
          data,
          model: 'small_cnn',
          recipe: 'scratch',
          size,
          epochs,
          out: join(folder, 'small.onnx'),
          baseline: false,
          report: false,
        },
        ...Object.fromEntries(kept),
      },
      { ...(onEvent ? { onEvent } : {}), ...(signal ? { signal } : {}) },
    );
    if (stopped === 'cancelled') return null;
    return { score: bestMetric.value, accuracy: bestValAccuracy, epochs, size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
