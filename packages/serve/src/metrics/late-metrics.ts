/** Metrics whose library is loaded after the server is ready; what happens before is counted all the same. */
import type { PoolObserver } from '../inference/statistics.js';
import type { ModelRepository } from '../repository/repository.js';
import type { Metrics } from './metrics.js';

type Event = (metrics: Metrics) => void;

export class LateMetrics {
  #metrics: Metrics | null = null;
  #loading: Promise<Metrics> | null = null;
  #held: Event[] = [];
  /** HTTP answers by status while nothing else has happened: probes may ask for a long time. */
  readonly #answered = new Map<number, number>();

  /** Loads the library; safe to call again. */
  load(): Promise<Metrics> {
    this.#loading ??= import('./metrics.js').then(({ Metrics }) => {
      const metrics = new Metrics();
      for (const event of this.#held) event(metrics);
      for (const [status, count] of this.#answered) metrics.answered(status, count);
      this.#held = [];
      this.#metrics = metrics;
      return metrics;
    });
    return this.#loading;
  }

  /** As `Metrics.observe`. */
  observe(model: string, version: string): PoolObserver {
    let own: PoolObserver | undefined;
    const of = (metrics: Metrics): PoolObserver => {
      own ??= metrics.observe(model, version);
      return own;
    };
    return {
      onRequest: (end, ms) => this.#tell((metrics) => of(metrics).onRequest(end, ms)),
      onBatch: (outcomes, ms) => this.#tell((metrics) => of(metrics).onBatch(outcomes, ms)),
    };
  }

  /** An HTTP answer went out. */
  answered(status: number): void {
    if (this.#metrics) this.#metrics.answered(status);
    else this.#answered.set(status, (this.#answered.get(status) ?? 0) + 1);
  }

  /** The text that Prometheus reads. */
  async text(models: ModelRepository): Promise<{ readonly type: string; readonly body: string }> {
    return (await this.load()).text(models);
  }

  #tell(event: Event): void {
    if (this.#metrics) {
      event(this.#metrics);
      return;
    }
    this.#held.push(event);
    void this.load();
  }
}
