/** `tune()`: searches the settings of a run by random search or successive halving. */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  DEFAULT_SEARCH_SPACE,
  type Draw,
  drawTrial,
  type ErrorJson,
  parseSearchSpace,
  type RunConfigInput,
  SakerError,
  type SearchSpaceInput,
} from '@saker/spec';
import { Monitor } from '../callbacks/monitor.js';
import type { EventListener } from '../events.js';
import { fit } from '../fit.js';
import { planRungs, type Rung, survivors } from './halving.js';

export interface TuneOptions {
  readonly space?: SearchSpaceInput;
  readonly algorithm?: 'random' | 'halving';
  /** Configurations drawn; default 9. */
  readonly trials?: number;
  /** Epochs of the longest trials; default: what the run would have. */
  readonly epochs?: number;
  /** `halving`: one of this many goes on, for this many times the epochs; default 3. */
  readonly factor?: number;
  /** Folder for the trials, their table `trials.jsonl` and `best.json`; default `tune`. */
  readonly out?: string;
  readonly onTrial?: (trial: TrialResult, done: number, total: number) => void;
  readonly onEvent?: EventListener;
  readonly signal?: AbortSignal;
}

/** What came of one trial. */
export interface TrialResult {
  readonly trial: number;
  readonly rung: number;
  readonly epochs: number;
  readonly settings: Draw;
  /** The figure that trials are ranked by: that of the run's best epoch, by what it monitors; null for a trial that failed. */
  readonly metric: { readonly name: string; readonly value: number } | null;
  /** Validation accuracy of that epoch; -1 for a trial that failed. */
  readonly valAccuracy: number;
  readonly seconds: number;
  readonly error: ErrorJson | null;
}

export interface TuneResult {
  /** The winner of the last rung. */
  readonly best: TrialResult;
  readonly trials: readonly TrialResult[];
  /** Absolute path of a configuration for `saker train --config`. */
  readonly config: string;
  /** Absolute path of the winner's model. */
  readonly model: string;
  readonly stopped: 'finished' | 'cancelled';
}

/** Two searches share results only when they mean the same. */
const keyOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

interface StoredTrial extends TrialResult {
  readonly key: string;
}

async function readTrials(file: string): Promise<Map<string, TrialResult>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const stored = new Map<string, TrialResult>();
  for (const line of text.split('\n')) {
    try {
      const { key, ...result } = JSON.parse(line) as StoredTrial;
      // Tables of older versions do not tell what to rank by.
      if (result.metric !== undefined) stored.set(key, result);
    } catch {
      // A line cut by a kill: that trial runs again.
    }
  }
  return stored;
}

/** A trial's figure, such that more is better; one that failed, or gave no number, is below all others. */
export function trialScore({ metric }: Pick<TrialResult, 'metric'>): number {
  if (metric === null || Number.isNaN(metric.value)) return Number.NEGATIVE_INFINITY;
  return new Monitor({ metric: metric.name }).mode === 'max' ? metric.value : -metric.value;
}

/**
 * Trains drawn configurations one after another and keeps the best. Each trial starts from new, so that its schedule is
 * that of a run of its length. Finished trials are kept in `out`: the same search started again goes on where it ended.
 * Trials are ranked by what a run of the task monitors: accuracy, for several labels mAP, for two classes the area under
 * the ROC curve, or `monitor`. A trial that diverges counts as the worst; any other error ends the search.
 * @throws SakerError E_CONFIG_INVALID for the space; what `fit` throws; E_TRAIN_DIVERGED when every trial diverged.
 */
export async function tune(input: RunConfigInput, options: TuneOptions = {}): Promise<TuneResult> {
  const space = parseSearchSpace(options.space ?? DEFAULT_SEARCH_SPACE);
  const { algorithm = 'halving', trials = 9, factor = 3, signal } = options;
  const epochs = options.epochs ?? input.epochs ?? 10;
  const out = resolve(options.out ?? 'tune');
  await mkdir(out, { recursive: true }).catch((cause: Error) => {
    throw new SakerError('E_FILE_WRITE', { file: out, detail: cause.message }, { cause });
  });
  const table = join(out, 'trials.jsonl');
  const known = await readTrials(table);
  const rungs = planRungs(algorithm, trials, epochs, factor);
  const total = rungs.reduce((n, rung) => n + rung.trials, 0);
  const results: TrialResult[] = [];
  let entrants = Array.from({ length: trials }, (_, trial) => trial);
  let best: TrialResult | null = null;

  const modelOf = (rung: number, trial: number): string => join(out, `rung-${rung}`, `trial-${trial}.onnx`);
  const run = async ({ epochs: length }: Rung, rung: number, trial: number): Promise<TrialResult> => {
    const settings = drawTrial(space, input.seed ?? 0, trial);
    const config = {
      ...input,
      ...settings,
      epochs: length,
      patience: null,
      baseline: false,
    } as RunConfigInput;
    const key = keyOf(config);
    const stored = known.get(key);
    if (stored) return stored;
    const started = performance.now();
    const outcome = await attempt(config, modelOf(rung, trial), options);
    const seconds = (performance.now() - started) / 1000;
    const result = { trial, rung, epochs: length, settings, seconds, ...outcome };
    if (!signal?.aborted) await appendFile(table, `${JSON.stringify({ key, ...result })}\n`);
    return result;
  };

  for (const [index, rung] of rungs.entries()) {
    const scores: number[] = [];
    for (const trial of entrants) {
      const result = await run(rung, index, trial);
      if (signal?.aborted) break;
      results.push(result);
      scores.push(trialScore(result));
      options.onTrial?.(result, results.length, total);
    }
    if (scores.length === 0) break;
    const order = survivors(scores, rungs[index + 1]?.trials ?? 1);
    const top = order[0] as number;
    best = results[results.length - scores.length + top] as TrialResult;
    if (signal?.aborted) break;
    entrants = order.map((i) => entrants[i] as number);
  }
  if (!best) throw new SakerError('E_CANCELLED', { what: 'The search' });
  if (best.error) throw SakerError.fromJSON(best.error);
  const config = join(out, 'best.json');
  const { data: _data, out: _out, ...rest } = input;
  await writeFile(config, `${JSON.stringify({ ...rest, ...best.settings, epochs: best.epochs }, null, 2)}\n`);
  const model = modelOf(best.rung, best.trial);
  return { best, trials: results, config, model, stopped: signal?.aborted ? 'cancelled' : 'finished' };
}

async function attempt(
  config: RunConfigInput,
  out: string,
  { onEvent, signal }: TuneOptions,
): Promise<Pick<TrialResult, 'metric' | 'valAccuracy' | 'error'>> {
  try {
    const result = await fit(
      { ...config, out, checkpoint: false, report: false },
      { ...(onEvent ? { onEvent } : {}), ...(signal ? { signal } : {}) },
    );
    return { metric: result.bestMetric, valAccuracy: result.bestValAccuracy, error: null };
  } catch (thrown) {
    const error = SakerError.from(thrown);
    if (error.code !== 'E_TRAIN_DIVERGED') throw error;
    await rm(out, { force: true });
    return { metric: null, valAccuracy: -1, error: error.toJSON() };
  }
}
