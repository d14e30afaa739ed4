/**
 * Counts durations in buckets of equal relative width, as HdrHistogram (G. Tene) does: 0.1 % from 1 microsecond to over an
 * hour, in memory that does not grow with the number of requests.
 */
const WIDTH = Math.log1p(0.001);
const LEAST_MS = 0.001;
const BUCKETS = Math.ceil(Math.log(4e6 / LEAST_MS) / WIDTH) + 1;

export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** Milliseconds. */
  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#sum / this.#count;
  }

  get max(): number {
    return this.#max;
  }

  add(ms: number): void {
    const at = Math.min(BUCKETS - 1, Math.round(Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / WIDTH));
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#count += 1;
    this.#sum += ms;
    this.#max = Math.max(this.#max, ms);
  }

  /** The duration that the share of all is not above; NaN when there is none. */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let at = 0; at < BUCKETS; at++) {
      seen += this.#counts[at] as number;
      if (seen >= wanted) return Math.min(this.#max, LEAST_MS * Math.exp(at * WIDTH));
    }
    return this.#max;
  }
}
