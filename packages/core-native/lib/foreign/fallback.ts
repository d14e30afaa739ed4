/** Native first, sharp when the native core has no decoder for the picture. */
import { SakerError } from '@saker/spec';
import { errorAbout, type ImageInput } from '../input.js';

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
