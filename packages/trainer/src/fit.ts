/** `fit()`: from a labelled folder and a model to one trained .onnx file. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TrainableModel } from '@saker/core-native/autograd';
import { toProgram } from '@saker/graph';
import { type GraphProgram, parseRunConfig, type RunConfigInput, SakerError } from '@saker/spec';
import { runBaseline } from './baseline/run-baseline.js';
import type { SimpleBaseline } from './baseline/simple-baseline.js';
import { BestModel } from './callbacks/best-model.js';
import { builtInCallbacks } from './callbacks/built-in.js';
import type { Callback } from './callbacks/callback.js';
import { Dispatcher } from './callbacks/dispatcher.js';
import { JsonlLog } from './callbacks/jsonl-log.js';
import { readCheckpoint, runFolder } from './checkpoint/checkpoint.js';
import { resolveConfig, resolvePipelines } from './config/resolve.js';
import { openData } from './data.js';
import type { ProcessPlace } from './distributed/environment.js';
import { Peers } from './distributed/peers.js';
import type { EventListener, FitResult, StopReason, TrainEvent } from './events.js';
import { rectifiersOf } from './log/gradients/measure.js';
import { openLoggers } from './log/loggers.js';
import { HtmlReport } from './log/report/html-report.js';
import { MODEL_TASK } from './loop/export.js';
import type { RunParts } from './loop/run-parts.js';
import { TrainingRun } from './loop/training-run.js';
import { openModel } from './model/prepare.js';
import { fitToBudget } from './preset/fit-to-budget.js';
import { engineOptions } from './recipe/engine-options.js';
import { recipeParameters } from './recipe/parameters.js';
import { planPhases } from './recipe/phases.js';
import { planBalance } from './task/balance.js';
import { configureTask } from './task/configure.js';

export interface FitOptions {
  /** Hears every event at once, before callbacks do. */
  readonly onEvent?: EventListener;
  /** Take part in the run, in this order, behind the built-in ones. Their objects belong to this run. */
  readonly callbacks?: readonly Callback[];
  /**
   * Folder of a run to go on with, such as `model.run`. The configuration must be the run's own: `resumeConfig` gives it.
   * On the CPU, with the same thread count, the weights end up as if the run had never been broken, bit for bit.
   */
  readonly resume?: string;
  /** This process's place among several that train together, by `processPlace`; default: it trains alone. */
  readonly place?: ProcessPlace | null;
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
 * E_CALLBACK_FAILED, E_DISK_FULL, the E_CHECKPOINT_ and E_DIST_ families, E_TORCH_NOT_FOUND, E_NATIVE_NOT_BUILT.
 */
export async function fit(input: RunConfigInput, options: FitOptions = {}): Promise<FitResult> {
  const startedAt = performance.now();
  const given = parseRunConfig(input);
  const source = await openModel(given.model, given.size, given.weights);
  const out = resolve(given.out ?? 'model.onnx');
  await mkdir(dirname(out), { recursive: true }).catch((cause: Error) => {
    throw new SakerError('E_FILE_WRITE', { file: out, detail: cause.message }, { cause });
  });
  const saved = options.resume === undefined ? null : await readCheckpoint(options.resume);
  const early: TrainEvent[] = [];
  const data = await openData(given, (event) => {
    early.push(event);
    options.onEvent?.(event);
  });
  const prepared = source.prepare(data.classes, given.seed, MODEL_TASK[data.task]);
  for (const message of prepared.notes) {
    const event: TrainEvent = { type: 'note', by: 'model', message };
    early.push(event);
    options.onEvent?.(event);
  }
  const place = options.place ?? null;
  const wanted = resolveConfig({ ...given, out, task: data.task }, prepared.facts, place ?? undefined);
  const balance = await planBalance(wanted, data);
  const pipelines = resolvePipelines(wanted, prepared.facts);
  const program = toProgram(prepared.model);
  const trained = TrainableModel.create(
    wanted.progressive === null ? program : anySize(program),
    engineOptions(wanted, prepared.model, place),
  );
  const best = new BestModel({ metric: wanted.monitor });
  const dispatcher = new Dispatcher(options.onEvent);
  const callbacks: Callback[] = [...(options.callbacks ?? [])];
  let run: TrainingRun | null = null;
  try {
    const parameters = recipeParameters(trained, prepared);
    await configureTask(trained, wanted, pipelines, prepared, data, balance);
    // Each process would measure another speed, and plan other epochs.
    const config =
      (place?.worldSize ?? 1) > 1
        ? wanted
        : await fitToBudget(wanted, input.epochs !== undefined, trained, pipelines.train, data);
    const phases = planPhases(config, parameters);
    const peers = await Peers.join(trained, place, config);
    peers.checkCount(data.train.length);
    const log = peers.first ? await JsonlLog.open(logFile(out), { append: saved !== null }) : null;
    const loggers = peers.first
      ? await openLoggers(config, process.env, rectifiersOf(prepared.model.nodes), saved?.globalStep)
      : [];
    const page = config.report && peers.first ? new HtmlReport({ data }) : null;
    callbacks.unshift(...builtInCallbacks(config, best, log), ...loggers, ...(page ? [page] : []));
    const parts: RunParts = {
      config,
      pipelines,
      data,
      balance,
      prepared,
      trained,
      parameters,
      phases,
      out,
      run: runFolder(out),
      rank: peers.rank,
      worldSize: peers.worldSize,
      peers,
    };
    const { signal } = options;
    run = new TrainingRun(parts, { dispatcher, callbacks, best, signal });
    for (const event of early) dispatcher.replay(event);
    const counts = { train: data.train.length, val: data.val.length, test: data.test.length };
    await dispatcher.emit({
      type: 'run-start',
      config,
      classes: data.classes,
      counts,
      epochs: run.epochs,
      parameters: parameters.reduce((n, p) => n + p.dims.reduce((a, b) => a * b, 1), 0),
      head: prepared.head,
      balance: { counts: balance.counts, weights: balance.weights, perEpoch: balance.perEpoch },
    });
    const baseline = await runBaseline(parts);
    if (baseline) await dispatcher.emit({ type: 'baseline', baseline });
    if (saved) await run.resume(saved);
    const stopped = await run.run();
    const figures = resultOf(parts, run, best, baseline, stopped, startedAt);
    const result = { ...figures, report: (await page?.end(figures)) ?? null };
    await dispatcher.emit({ type: 'run-end', result });
    return result;
  } catch (thrown) {
    await run?.saveAfter(thrown).catch(() => undefined);
    dispatcher.post({ type: 'error', error: SakerError.from(thrown).toJSON() });
    await dispatcher.settled().catch(() => undefined);
    throw thrown;
  } finally {
    run?.close();
    await trained.close();
    for (const callback of callbacks) await callback.close?.();
  }
}

/** The program with pictures of any height and width, which zoo networks and most others take although they name one. */
function anySize(program: GraphProgram): GraphProgram {
  const inputs = program.inputs.map((input) =>
    input.dims.length === 4 ? { ...input, dims: [input.dims[0]!, input.dims[1]!, 'H', 'W'] } : input,
  );
  return { ...program, inputs };
}

function resultOf(
  { out, data, config }: RunParts,
  run: TrainingRun,
  best: BestModel,
  baseline: SimpleBaseline | null,
  stopped: StopReason,
  startedAt: number,
): FitResult {
  const { history } = run.state;
  return {
    bestValAccuracy: best.valAccuracy,
    bestMetric: { name: config.monitor, value: best.value },
    bestEpoch: best.epoch,
    epochs: history.length,
    imagesPerSecond: run.progress.imagesPerSecond,
    model: out,
    run: runFolder(out),
    log: logFile(out),
    seconds: (performance.now() - startedAt) / 1000,
    loaderWait: run.progress.loaderWait,
    classes: data.classes,
    counts: { train: data.train.length, val: data.val.length, test: data.test.length },
    rejected: data.rejected,
    history,
    baseline,
    report: null,
    stopped,
  };
}
