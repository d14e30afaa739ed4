/** How many items go to a worker together, and when it pays to wait for more. */
import type { BatchingOptions } from './options.js';

export interface BatcherOptions {
  /** Triton's max_batch_size; undefined lets the batcher find it. */
  readonly maxBatchSize?: number;
  readonly batching: BatchingOptions;
  /** 99 of 100 requests are to be answered within this; undefined has no target. */
  readonly targetP99Ms?: number;
}

/** The most that is ever tried without being told. */
const MOST_TRIED = 16;
/** A greater batch has to make an item this much cheaper, or it only makes its items wait for each other. */
const WORTH = 0.93;
const TRIALS = 6;
const FIRST_INTERVAL = 48;
const LONGEST_INTERVAL = 6_144;
/** Least weight of the latest measurement in the running mean; the first ones count alike. */
const LATEST = 0.2;
/** Batches after which the costs are trusted: the first are slow, and a burst right after the start makes them slower. */
const SETTLED = 16;
/** Requests per look at the 99th percentile. */
const WINDOW = 200;
const LEAST_SHARE = 0.2;

interface Cost {
  ms: number;
  count: number;
}

/**
 * With `maxBatchSize` it keeps to Triton's rules. Without, it starts at 1 and, while a line has formed, now and then
 * runs a batch of twice the size; it adopts that size when its items measure cheaper. On a CPU one session's cores are
 * busy with one picture already, and for most networks 1 stays.
 *
 * With a target it also says how long a request may wait in line (`longestWaitMs`): additive increase, multiplicative
 * decrease of the share of the target that waiting may use, by the 99th percentile of the last requests.
 */
export class Batcher {
  readonly #costs = new Map<number, Cost>();
  #batches = 0;
  #limit: number;
  #sinceTrial = 0;
  #interval = FIRST_INTERVAL;
  #share = 0.7;
  #totals: number[] = [];

  constructor(private readonly options: BatcherOptions) {
    this.#limit = options.maxBatchSize ?? 1;
  }

  /** The greatest batch that is run as a rule. */
  get maxBatchSize(): number {
    return this.#limit;
  }

  /** Milliseconds of a worker's time for one item, by what was measured; 0 before anything was. */
  get itemMs(): number {
    const cost = this.#costs.get(this.#limit) ?? this.#costs.get(1) ?? [...this.#costs.values()][0];
    const size = this.#costs.has(this.#limit)
      ? this.#limit
      : this.#costs.has(1)
        ? 1
        : ([...this.#costs.keys()][0] ?? 1);
    return cost ? cost.ms / size : 0;
  }

  /** Whether `itemMs` rests on enough batches to refuse anybody by it. */
  get settled(): boolean {
    return this.#batches >= SETTLED;
  }

  /** Milliseconds that a request may be expected to wait and still be taken; Infinity without a target. */
  get longestWaitMs(): number {
    const { targetP99Ms } = this.options;
    return targetP99Ms === undefined ? Number.POSITIVE_INFINITY : targetP99Ms * this.#share;
  }

  /**
   * Size of the batch to run next, or 0 to wait.
   * @param waiting items in line. @param workers those that take from it, busy or not. @param waitedMs how long the first
   *   has waited.
   */
  size(waiting: number, workers: number, waitedMs: number): number {
    const { preferred_batch_size: preferred, max_queue_delay_microseconds: delayUs } = this.options.batching;
    const due = waitedMs * 1000 >= delayUs;
    if (preferred.length > 0) {
      const fitting = preferred.filter((size) => size <= waiting && size <= this.#limit);
      if (fitting.length > 0) return Math.max(...fitting);
      return due || waiting >= this.#limit ? Math.min(waiting, this.#limit) : 0;
    }
    if (delayUs > 0 && !due && waiting < this.#limit) return 0;
    // Workers share what waits, and one that is busy takes its part within a batch's time. More for this one would keep
    // all of its items until the last is done while another worker runs dry; a greater share waits for a longer line.
    const share = Math.max(1, Math.floor(waiting / workers));
    const trial = this.#limit * 2;
    this.#sinceTrial += 1;
    if (this.#mayTry(trial) && share >= trial && this.#sinceTrial >= this.#interval) return trial;
    return Math.min(share, this.#limit);
  }

  /** Milliseconds until the first in line has waited long enough; for the timer. */
  delayLeftMs(waitedMs: number): number {
    return Math.max(0, this.options.batching.max_queue_delay_microseconds / 1000 - waitedMs);
  }

  /** A worker took `ms` for a batch. */
  ran(size: number, ms: number): void {
    const cost = this.#costs.get(size) ?? { ms, count: 0 };
    cost.count += 1;
    cost.ms += Math.max(LATEST, 1 / cost.count) * (ms - cost.ms);
    this.#batches += 1;
    this.#costs.set(size, cost);
    if (this.options.maxBatchSize === undefined && size === this.#limit * 2) this.#judge(size, cost);
  }

  /** A request was answered `ms` after it came. */
  answered(ms: number): void {
    const { targetP99Ms } = this.options;
    if (targetP99Ms === undefined) return;
    this.#totals.push(ms);
    if (this.#totals.length < WINDOW) return;
    const sorted = this.#totals.sort((a, b) => a - b);
    const p99 = sorted[Math.ceil(WINDOW * 0.99) - 1] as number;
    this.#totals = [];
    if (p99 <= targetP99Ms) this.#share = Math.min(1, this.#share + 0.02);
    else {
      this.#share = Math.max(LEAST_SHARE, this.#share * 0.85);
      if (this.options.maxBatchSize === undefined) this.#limit = Math.max(1, this.#limit >> 1);
    }
  }

  #mayTry(size: number): boolean {
    const { maxBatchSize, targetP99Ms } = this.options;
    if (maxBatchSize !== undefined || size > MOST_TRIED) return false;
    return targetP99Ms === undefined || this.itemMs * size < targetP99Ms / 2;
  }

  #judge(size: number, cost: Cost): void {
    if (cost.count % TRIALS !== 0) return;
    this.#sinceTrial = 0;
    if (cost.ms / size < this.itemMs * WORTH) {
      this.#limit = size;
      this.#interval = FIRST_INTERVAL;
    } else this.#interval = Math.min(LONGEST_INTERVAL, this.#interval * 2);
  }
}
