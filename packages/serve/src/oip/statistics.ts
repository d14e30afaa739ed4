/** Triton's statistics of one version of a model: how many requests, and how long their stages took. */
import type { TaskResult } from '../inference/task.js';
import type { Duration, ModelStatistics } from './served-models.js';

const NS_PER_MS = 1e6;

interface Sum {
  count: number;
  ns: number;
}

const sum = (): Sum => ({ count: 0, ns: 0 });

function note(to: Sum, ms: number): void {
  to.count += 1;
  to.ns += ms * NS_PER_MS;
}

/** Counts requests. A request's stages are those of its slowest item, because items run beside each other. */
export class RequestStatistics {
  #lastInference = 0;
  #items = 0;
  #executions = 0;
  readonly #success = sum();
  readonly #fail = sum();
  readonly #queue = sum();
  readonly #computeInput = sum();
  readonly #computeInfer = sum();

  /** Adds a request by the answers to its items. */
  add(results: readonly TaskResult[], totalMs: number): void {
    this.#lastInference = Date.now();
    const timings = results.flatMap(({ outcome, queueMs }) =>
      outcome.ok ? [{ ...outcome.timings, queueMs }] : [],
    );
    if (timings.length < results.length) {
      note(this.#fail, totalMs);
      return;
    }
    const slowest = (pick: (one: (typeof timings)[number]) => number): number =>
      Math.max(...timings.map(pick));
    this.#items += results.length;
    this.#executions += results.length;
    note(this.#success, totalMs);
    note(
      this.#queue,
      slowest((one) => one.queueMs),
    );
    note(
      this.#computeInput,
      slowest((one) => one.preprocessMs),
    );
    note(
      this.#computeInfer,
      slowest((one) => one.inferenceMs),
    );
  }

  /** Adds a request that got no answers. */
  addFailure(totalMs: number): void {
    note(this.#fail, totalMs);
  }

  read(name: string, version: string): ModelStatistics {
    const copy = ({ count, ns }: Sum): Duration => ({ count, ns });
    const [computeInput, computeInfer] = [copy(this.#computeInput), copy(this.#computeInfer)];
    const computeOutput = { count: computeInfer.count, ns: 0 };
    const batch = { batchSize: 1, computeInput, computeInfer, computeOutput };
    return {
      name,
      version,
      lastInference: this.#lastInference,
      inferenceCount: this.#items,
      executionCount: this.#executions,
      success: copy(this.#success),
      fail: copy(this.#fail),
      queue: copy(this.#queue),
      computeInput,
      computeInfer,
      computeOutput,
      batches: this.#executions > 0 ? [batch] : [],
    };
  }
}
