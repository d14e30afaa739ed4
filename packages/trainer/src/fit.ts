/** `fit()`: from a labelled folder and a model to one trained .onnx file. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { compilePipeline } from '@saker/core-native';
import { TrainableModel } from '@saker/core-native/autograd';
import { toProgram } from '@saker/graph';
import { parseRunConfig, type RunConfigInput, SakerError } from '@saker/spec';
import { resolveConfig, resolvePipelines } from './config/resolve.js';
import { openData } from './data.js';
import type { EventListener, FitResult, TrainEvent } from './events.js';
import { JsonlLogger } from './log/jsonl.js';
import { TrainingRun } from './loop/training-run.js';
import { openModel } from './model/prepare.js';
import { recipeParameters } from './recipe/parameters.js';
import { planPhases } from './recipe/phases.js';

export interface FitOptions {
  readonly onEvent?: EventListener;
  /** Abort to stop after the current step; the best checkpoint so far is kept. */
  readonly signal?: AbortSignal;
}

/** The JSON-lines log stands beside the model: `model.onnx` has `model.train.jsonl`. */
const logFile = (out: string): string => `${out.replace(/\.onnx$/, '')}.train.jsonl`;

/**
 * Trains a classifier and writes the best epoch as an .onnx file that carries its labels and pipelines.
 *
 * The result is a function of (configuration, data, seed); the thread count may change the last bits of sums inside
 * libtorch. Validation uses the eval pipeline only, on the exported bytes. Pictures that cannot be read are named,
 * counted and left out.
 * @throws SakerError: E_CONFIG_INVALID, the E_DATA_, E_MODEL_ and E_OP_ families, E_FILE_WRITE, E_TRAIN_DIVERGED,
 * E_TORCH_NOT_FOUND, E_NATIVE_NOT_BUILT.
 */
export async function fit(input: RunConfigInput, options: FitOptions = {}): Promise<FitResult> {
  const startedAt = performance.now();
  const given = parseRunConfig(input);
  const source = await openModel(given.model, given.size);
  const out = resolve(given.out ?? 'model.onnx');
  await mkdir(dirname(out), { recursive: true }).catch((cause: Error) => {
    throw new SakerError('E_FILE_WRITE', { file: out, detail: cause.message }, { cause });
  });
  const early: TrainEvent[] = [];
  const data = await openData(given, (event) => {
    early.push(event);
    options.onEvent?.(event);
  });
  const prepared = source.prepare(data.classes, given.seed);
  const config = resolveConfig({ ...given, out }, prepared.facts);
  const pipelines = resolvePipelines(config, prepared.facts);
  const logger = await JsonlLogger.open(logFile(out));
  for (const event of early) logger.write(event);
  const emit = (event: TrainEvent): void => {
    logger.write(event);
    options.onEvent?.(event);
  };
  let trained: TrainableModel | null = null;
  let run: TrainingRun | null = null;
  try {
    trained = TrainableModel.create(toProgram(prepared.model), { threads: config.threads });
    const parameters = recipeParameters(trained, prepared);
    const phases = planPhases(config, parameters);
    const trainProgram = compilePipeline(pipelines.train);
    const { signal } = options;
    run = new TrainingRun({
      config,
      pipelines,
      trainProgram,
      data,
      prepared,
      trained,
      parameters,
      phases,
      out,
      emit,
      signal,
    });
    const counts = { train: data.train.length, val: data.val.length, test: data.test.length };
    emit({
      type: 'run-start',
      config,
      classes: data.classes,
      counts,
      epochs: run.epochs,
      parameters: parameters.reduce((n, p) => n + p.dims.reduce((a, b) => a * b, 1), 0),
      head: prepared.head,
    });
    const stopped = await run.run();
    const result: FitResult = {
      bestValAccuracy: run.best.valAccuracy,
      bestEpoch: run.best.epoch,
      epochs: run.history.length,
      imagesPerSecond: run.progress.imagesPerSecond,
      model: out,
      log: logFile(out),
      seconds: (performance.now() - startedAt) / 1000,
      loaderWait: run.progress.loaderWait,
      classes: data.classes,
      counts,
      rejected: data.rejected,
      history: run.history,
      stopped,
    };
    emit({ type: 'run-end', result });
    return result;
  } finally {
    run?.close();
    await trained?.close();
    await logger.close();
  }
}
