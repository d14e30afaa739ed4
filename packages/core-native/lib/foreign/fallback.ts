/** Native first, sharp when the native core has no decoder for the picture. */
import { SakerError } from '@saker/spec/light';
import type { NativeFailure } from '../binding.js';
import type { PictureLimits } from '../checks.js';
import { errorAbout, type ImageInput } from '../input.js';
import { decodeForeign } from './decode-foreign.js';

/**
 * What `native` resolves to. When it rejects with E_IMAGE_FORMAT, what `foreign` resolves to; when that is null, the
 * native error stands.
 */
export async function orForeign<T>(native: () => Promise<T>, foreign: () => Promise<T | null>): Promise<T> {
  try {
    return await native();
  } catch (thrown) {
    if (!(thrown instanceof SakerError) || thrown.code !== 'E_IMAGE_FORMAT') throw thrown;
    const found = await foreign();
    if (found === null) throw thrown;
    return found;
  }
}

/** `result`, its error named after the file that the converted pixels came from. */
export async function namedAfter<T>(input: ImageInput, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (thrown) {
    throw errorAbout(input, thrown);
  }
}

/** Calls `body` for every item, at most `width` at a time. */
export async function forEachAtMost<T>(
  items: readonly T[],
  width: number,
  body: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const run = async (): Promise<void> => {
    for (const item of queue) await body(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, run));
}

/** Pictures of one batch that go through sharp at once: each is whole in memory. */
const FOREIGN_AT_ONCE = 4;

/**
 * Runs the items of a batch that failed with E_IMAGE_FORMAT again, through sharp: `run` puts converted pixels in the
 * place of item `i`. `statuses` is brought up to date.
 */
export async function retryForeign(
  inputs: readonly ImageInput[],
  statuses: (SakerError | null)[],
  limits: Required<PictureLimits>,
  run: (i: number, pixels: Uint8Array) => Promise<readonly NativeFailure[]>,
): Promise<void> {
  const foreign = [...statuses.keys()].filter((i) => statuses[i]?.code === 'E_IMAGE_FORMAT');
  await forEachAtMost(foreign, FOREIGN_AT_ONCE, async (i) => {
    const input = inputs[i] as ImageInput;
    try {
      const pixels = await decodeForeign(input, limits);
      if (pixels === null) return;
      const [failure] = await run(i, pixels);
      if (failure) throw failure[1];
      statuses[i] = null;
    } catch (thrown) {
      statuses[i] = errorAbout(input, thrown);
    }
  });
}
