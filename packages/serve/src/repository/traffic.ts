/** A version that gets part of a model's traffic on trial, and how it is judged. */
import type { RollbackOptions } from './config.js';

/** One request that the version on trial has answered. */
export interface Trial {
  /** Failed by the version's fault: a code of 500 and above. */
  readonly failed: boolean;
  readonly ms: number;
  /** The most probable classes are those of the default version; undefined when nobody compared. */
  readonly agrees?: boolean;
}

const BASELINE = 200;

/** Shares out traffic evenly, without chance: after n requests, floor(n * weight) went to the trial. */
export class TrialTraffic {
  /** Why it gets no traffic any more; null while it does. */
  rolledBack: string | null = null;
  #credit = 0;
  #trials: Trial[] = [];
  #baseline: number[] = [];

  constructor(
    readonly version: string,
    readonly weight: number,
    private readonly options: RollbackOptions,
    private readonly onRollback: (reason: string) => void,
  ) {}

  /** Whether the next request goes to the version. */
  take(): boolean {
    if (this.rolledBack !== null) return false;
    this.#credit += this.weight;
    if (this.#credit < 1) return false;
    this.#credit -= 1;
    return true;
  }

  /** How long the default version took for a request; what the trial's latency is held against. */
  noteBaseline(ms: number): void {
    this.#baseline.push(ms);
    if (this.#baseline.length > BASELINE) this.#baseline.shift();
  }

  note(trial: Trial): void {
    if (this.rolledBack !== null) return;
    this.#trials.push(trial);
    const { min_requests: window } = this.options;
    if (this.#trials.length < window) return;
    const reason = this.#judge();
    this.#trials = this.#trials.slice(-window + 1);
    if (reason === null) return;
    this.rolledBack = reason;
    this.onRollback(reason);
  }

  #judge(): string | null {
    const { max_error_rate, max_latency_ratio, max_disagreement } = this.options;
    const trials = this.#trials;
    const errors = trials.filter(({ failed }) => failed).length / trials.length;
    if (errors > max_error_rate) return `${percent(errors)} of its requests failed`;
    const compared = trials.filter(({ agrees }) => agrees !== undefined);
    const differing = compared.filter(({ agrees }) => agrees === false).length / compared.length;
    if (differing > max_disagreement) return `${percent(differing)} of its answers differ`;
    if (this.#baseline.length < trials.length / 2) return null;
    const ratio = median(trials.map(({ ms }) => ms)) / median(this.#baseline);
    return ratio > max_latency_ratio ? `its median latency is ${ratio.toFixed(1)} times the default's` : null;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
