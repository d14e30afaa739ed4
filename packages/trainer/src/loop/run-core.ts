import type { Loader } from '@saker/core-native';
import type { BestModel } from '../callbacks/best-model.js';
import type { Attached, Dispatcher } from '../callbacks/dispatcher.js';
import type { Progress } from './progress.js';
import type { Rejections } from './rejections.js';
import type { RunParts } from './run-parts.js';
import type { RunState } from './run-state.js';
import type { TrainLoaders } from './train-loaders.js';

/** What the pieces of the loop work on together. */
export interface RunCore {
  readonly parts: RunParts;
  readonly state: RunState;
  readonly dispatcher: Dispatcher;
  readonly attached: readonly Attached[];
  readonly progress: Progress;
  readonly rejections: Rejections;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly signal: AbortSignal | undefined;
  readonly best: BestModel;
  readonly loaders: TrainLoaders;
}

/** True when the loop is to end after the current step. */
export const stopping = ({ signal, state }: RunCore): boolean => Boolean(signal?.aborted || state.stop);

/** Why a process stops that was not itself asked to. */
export const STOPPED_ELSEWHERE = { by: 'another process', reason: 'it was asked to stop' } as const;

/** Whether any process of the run wants to stop; all get the same answer, and know it from then on. */
export async function agreeOnStop(core: RunCore): Promise<boolean> {
  const [wanted] = await core.parts.peers.sum([stopping(core) ? 1 : 0]);
  if (!wanted) return false;
  if (!stopping(core)) core.state.stop = STOPPED_ELSEWHERE;
  return true;
}

/** One pass over the training pictures, or the rest of one. */
export interface EpochTask {
  readonly loader: Loader;
  /** Learning rate of each group, and the one to show, at a step of the epoch. */
  readonly rates: (step: number) => { readonly lrs: number[]; readonly lr: number };
  /** After each step, when everybody has heard of it. */
  readonly afterStep: (step: number) => Promise<void>;
}
