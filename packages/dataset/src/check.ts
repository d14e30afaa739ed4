import { availableParallelism } from 'node:os';
import { probe } from '@saker/core-native';
import { describePicture, type PicturePlace, SakerError } from '@saker/spec';
import { pictureInput } from './sample-place.js';

export interface CheckOptions {
  /** Pictures opened at once; default: one for each core. */
  readonly threads?: number;
  /** Called after each picture with the number done and the number in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A picture that cannot be used, and why. */
export interface BadSample<S = PicturePlace> {
  readonly sample: S;
  /** What to call it: its path, or in a tar its name and the tar's path. */
  readonly path: string;
  readonly error: SakerError;
}

export interface CheckResult<S> {
  /** In the order given. */
  readonly good: S[];
  /** In the order given. */
  readonly bad: BadSample<S>[];
}

function named(thrown: unknown, sample: PicturePlace): SakerError {
  const error = SakerError.from(thrown);
  const named = error.params.file !== undefined && sample.offset === undefined;
  return named ? error : error.with({ file: describePicture(sample) });
}

/**
 * Reads the header of each picture and leaves out those that cannot be opened, are damaged or have a format Saker
 * lacks. Nothing takes their place. Damage behind the header is met by the loader, which reports it per picture.
 */
export async function checkSamples<S extends PicturePlace>(
  samples: readonly S[],
  options: CheckOptions = {},
): Promise<CheckResult<S>> {
  const errors: (SakerError | null)[] = new Array(samples.length).fill(null);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < samples.length; i = next++) {
      const sample = samples[i] as S;
      try {
        await probe(pictureInput(sample));
      } catch (thrown) {
        errors[i] = named(thrown, sample);
      }
      done += 1;
      options.onProgress?.(done, samples.length);
    }
  };
  const workers = Math.max(1, Math.min(options.threads ?? availableParallelism(), samples.length));
  await Promise.all(Array.from({ length: workers }, worker));
  const result: CheckResult<S> = { good: [], bad: [] };
  samples.forEach((sample, i) => {
    const error = errors[i];
    if (error) result.bad.push({ sample, path: describePicture(sample), error });
    else result.good.push(sample);
  });
  return result;
}
