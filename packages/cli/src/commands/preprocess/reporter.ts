/** How a batch job goes: a bar on a terminal, else a plain line now and then for the log of a scheduler. */

import type { PreprocessProgress } from '@saker/dataset';
import { duration } from '@saker/spec';
import type { Output } from '../../output/output.js';
import { ProgressBar } from '../../output/progress-bar.js';

/** Seconds between two lines of a log. */
const LINE_SECONDS = 30;

export class PreprocessReporter {
  readonly #out: Output;
  readonly #bar: ProgressBar;
  readonly #now: () => number;
  #began: number | null = null;
  #line: number;

  /** @param now seconds */
  constructor(out: Output, now: () => number = () => performance.now() / 1000) {
    this.#out = out;
    this.#bar = new ProgressBar(out, () => now() * 1000);
    this.#now = now;
    this.#line = now();
  }

  clear(): void {
    this.#bar.clear();
  }

  /** The sizes of the files that were found are looked up. */
  readonly scan = (done: number, total: number): void => {
    this.#show(done, total, `scanning ${done}/${total}`, '');
  };

  /** The rate counts from the first picture on; shards that were finished before take no time. */
  readonly progress = ({ done, total, worked }: PreprocessProgress): void => {
    this.#began ??= this.#now();
    const rate = worked / (this.#now() - this.#began);
    const known = worked > 1 && Number.isFinite(rate);
    const left = known ? duration((total - done) / rate) : '-';
    this.#show(done, total, `${done}/${total}`, `${known ? Math.round(rate) : '-'} images/s  ETA ${left}`);
  };

  #show(done: number, total: number, prefix: string, suffix: string): void {
    if (this.#out.quiet) return;
    if (this.#out.interactive) this.#bar.update(done / Math.max(1, total), prefix, suffix);
    else if (this.#now() - this.#line >= LINE_SECONDS) {
      this.#line = this.#now();
      this.#out.note(suffix === '' ? prefix : `${prefix}  ${suffix}`);
    }
  }
}
