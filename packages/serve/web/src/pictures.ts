/** The pictures on the page and their way through the server. */
import { type Answer, type ModelChoice, PredictError, type Problem, predict } from './api.js';

export type PictureState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly problem: Problem };

export interface Picture {
  readonly id: number;
  readonly file: File;
  /** Object URL of the file; revoked when the picture is removed. */
  readonly url: string;
  readonly state: PictureState;
}

/** Requests under way at once; the server batches what comes together. */
const CONCURRENCY = 4;
/** Waits the server may ask for before a picture counts as failed. */
const PATIENCE = 3;
const LONGEST_WAIT_S = 10;

export interface SendOptions {
  readonly model: ModelChoice | null;
  readonly topK: number;
  readonly key: string;
}

const INTERNAL: Problem = {
  code: 'page',
  message: 'The answer could not be read.',
  hint: 'Reload the page.',
  retryAfter: null,
  needsKey: false,
};

async function patiently(picture: Picture, options: SendOptions, signal: AbortSignal): Promise<PictureState> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { kind: 'done', answer: await predict(picture.file, { ...options, signal }) };
    } catch (thrown) {
      const problem = thrown instanceof PredictError ? thrown.problem : INTERNAL;
      const wait = problem.retryAfter;
      if (wait === null || wait > LONGEST_WAIT_S || attempt > PATIENCE || signal.aborted)
        return { kind: 'failed', problem };
      await new Promise((done) => setTimeout(done, wait * 1000));
    }
  }
}

/** Sends pictures, a few at a time, and tells the state of each as it comes. Aborting leaves the rest unsent. */
export async function sendAll(
  pictures: readonly Picture[],
  options: SendOptions,
  signal: AbortSignal,
  tell: (id: number, state: PictureState) => void,
): Promise<void> {
  const queue = [...pictures];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
      const state = await patiently(next, options, signal);
      if (!signal.aborted) tell(next.id, state);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}
