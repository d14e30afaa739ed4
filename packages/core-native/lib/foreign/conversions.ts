/** The loader's pictures that native code has no decoder for: converted here, a few at a time, and handed back. */
import { SakerError } from '@saker/spec/light';
import type { NativeConversion, NativeLoader } from '../binding.js';
import type { PictureLimits } from '../checks.js';
import type { ImageInput } from '../input.js';
import { decodeForeign } from './decode-foreign.js';

/** Each conversion holds its picture in memory; libuv has four threads for them. */
const AT_ONCE = 4;

export class Conversions {
  readonly #native: NativeLoader;
  readonly #limits: Required<PictureLimits>;
  readonly #input: (sample: number) => ImageInput;
  #queue: NativeConversion[] = [];
  #running = 0;
  #ms = 0;

  /** `input` says where the picture of a sample is, by its index. */
  constructor(native: NativeLoader, limits: Required<PictureLimits>, input: (sample: number) => ImageInput) {
    this.#native = native;
    this.#limits = limits;
    this.#input = input;
  }

  /** Takes on more; returns at once. Each is answered by `native.convert`, whatever happens. */
  add(conversions: readonly NativeConversion[]): void {
    this.#queue.push(...conversions);
    // Work takes its first item before it returns, so the queue shrinks with every turn.
    while (this.#running < AT_ONCE && this.#queue.length > 0) {
      this.#running++;
      void this.#work();
    }
  }

  /** Time spent on conversions so far, summed over those that ran side by side. */
  get ms(): number {
    return this.#ms;
  }

  /** Forgets what has not begun: its epoch run is over, so nobody waits for it. */
  clear(): void {
    this.#queue = [];
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const [ticket, sample] = next;
      const start = performance.now();
      try {
        const pixels = await decodeForeign(this.#input(sample), this.#limits);
        this.#native.convert(ticket, pixels ?? undefined);
      } catch (thrown) {
        const error = SakerError.from(thrown);
        this.#native.convert(ticket, error.code, String(error.params.detail ?? error.message));
      }
      this.#ms += performance.now() - start;
    }
    this.#running--;
  }
}
