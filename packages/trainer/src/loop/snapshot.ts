/** From a run to its checkpoint and back. */
import { resolve } from 'node:path';
import type { Tensors } from '@saker/core-native/autograd';
import type { CallbackState } from '../callbacks/callback.js';
import type { Attached } from '../callbacks/dispatcher.js';
import type { Checkpoint, RunIdentity } from '../checkpoint/checkpoint.js';
import { differences } from '../checkpoint/differences.js';
import { EpochMeter } from '../log/meter.js';
import { HTML_REPORT } from '../log/report/html-report.js';
import type { RunParts } from './run-parts.js';
import type { RunState } from './run-state.js';

export function identityOf({ config, data, prepared, trained, worldSize }: RunParts): RunIdentity {
  const { base } = prepared;
  const tensors = trained.parameters().map(({ name, dims }): [string, readonly number[]] => [name, dims]);
  return {
    config: {
      ...config,
      data: resolve(config.data),
      model: base.sha256 === null ? config.model : resolve(config.model),
    },
    worldSize,
    dataHash: data.hash,
    classes: data.classes,
    counts: { train: data.train.length, val: data.val.length, test: data.test.length },
    base,
    tensors: Object.fromEntries(tensors),
  };
}

/** Everything that decides how the run goes on. Between steps only. */
export async function capture(
  parts: RunParts,
  state: RunState,
  attached: readonly Attached[],
): Promise<Checkpoint> {
  const callbacks: Record<string, CallbackState> = {};
  for (const { callback, context } of attached) {
    const own = await callback.state?.(context);
    if (own) callbacks[callback.name] = own;
  }
  return {
    identity: identityOf(parts),
    position: { ...state.position },
    epoch: state.epoch,
    globalStep: state.globalStep,
    meter: state.position.step > 0 ? state.meter.sums : null,
    history: [...state.history],
    rejected: [...parts.data.rejected],
    lrFactors: [...state.lrFactors],
    lrHold: state.lrHold,
    stop: state.stop,
    callbacks,
    model: await parts.trained.readTensors(),
    optimizer: await parts.trained.optimizerState(),
  };
}

/** Why the run cannot go on from the checkpoint; nothing when it can. */
export function mismatch(saved: Checkpoint, parts: RunParts, attached: readonly Attached[]): string[] {
  // A run goes on without its page.
  const here = new Set([HTML_REPORT, ...attached.map(({ callback }) => callback.name)]);
  const missing = parts.peers.first ? Object.keys(saved.callbacks).filter((name) => !here.has(name)) : [];
  return [
    ...differences(saved.identity, identityOf(parts)),
    ...((saved.identity.worldSize ?? 1) === parts.worldSize
      ? []
      : [`${saved.identity.worldSize ?? 1} processes in the checkpoint, ${parts.worldSize} now`]),
    ...missing.map((name) => `the callback ${name} in the checkpoint, not now`),
  ];
}

/** Puts the checkpoint's state in place; gives the optimiser's, which needs its phase to be entered first. */
export async function restore(
  saved: Checkpoint,
  parts: RunParts,
  state: RunState,
  attached: readonly Attached[],
): Promise<Tensors> {
  Object.assign(state.position, saved.position);
  state.epoch = saved.epoch;
  state.globalStep = saved.globalStep;
  state.history = [...saved.history];
  state.lrFactors = new Map(saved.lrFactors);
  state.lrHold = saved.lrHold;
  state.stop = saved.stop;
  // The sums of the epoch so far are rank 0's.
  if (saved.meter && parts.peers.first) state.meter = new EpochMeter(saved.meter);
  const known = new Set(parts.data.rejected.map(({ path }) => path));
  parts.data.rejected.push(...saved.rejected.filter(({ path }) => !known.has(path)));
  await parts.trained.writeTensors(saved.model);
  for (const { callback, context } of attached) {
    const own = saved.callbacks[callback.name];
    if (own) await callback.loadState?.(own, context);
  }
  return saved.optimizer;
}
