/**
 * Prometheus metrics (prom-client). Names follow Prometheus' rules (base units, _total); docs/guide/serve.md sets them
 * beside Triton's nv_inference_* that mean the same.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PictureOutcome } from '../inference/messages.js';
import type { PoolObserver } from '../inference/statistics.js';
import type { TaskResult } from '../inference/task.js';
import type { ModelRepository } from '../repository/repository.js';

const LABELS = ['model', 'version'] as const;
/** From a small network on a fast core to a request at its default deadline. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.5, 5, 10];
const SIZES = [1, 2, 4, 8, 16, 32, 64];

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'model' | 'version' | 'outcome' | 'reason'>;
  readonly #items: Counter<'model' | 'version'>;
  readonly #batches: Counter<'model' | 'version'>;
  readonly #duration: Histogram<'model' | 'version'>;
  readonly #stage: Histogram<'model' | 'version' | 'stage'>;
  readonly #batchSize: Histogram<'model' | 'version'>;
  readonly #http: Counter<'status'>;
  readonly #waiting: Gauge<'model' | 'version'>;
  readonly #workers: Gauge<'model' | 'version' | 'state'>;
  readonly #ready: Gauge<'model' | 'version'>;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: 'saker_inference_requests_total',
      help: 'Requests ended, by outcome; the reason of a failure is its error code.',
      labelNames: [...LABELS, 'outcome', 'reason'],
      registers,
    });
    this.#items = new Counter({
      name: 'saker_inference_items_total',
      help: 'Pictures and tensor items answered.',
      labelNames: LABELS,
      registers,
    });
    this.#batches = new Counter({
      name: 'saker_inference_executions_total',
      help: 'Batches run.',
      labelNames: LABELS,
      registers,
    });
    this.#duration = new Histogram({
      name: 'saker_inference_request_duration_seconds',
      help: 'From the whole request having arrived to its answer, of those that succeeded.',
      labelNames: LABELS,
      buckets: SECONDS,
      registers,
    });
    this.#stage = new Histogram({
      name: 'saker_inference_stage_duration_seconds',
      help: 'Stages of an item (queue) and of a batch (compute_input, compute_infer, compute_output).',
      labelNames: [...LABELS, 'stage'],
      buckets: SECONDS,
      registers,
    });
    this.#batchSize = new Histogram({
      name: 'saker_inference_batch_size',
      help: 'Items of a batch.',
      labelNames: LABELS,
      buckets: SIZES,
      registers,
    });
    this.#http = new Counter({
      name: 'saker_http_requests_total',
      help: 'HTTP answers by status, refusals included.',
      labelNames: ['status'],
      registers,
    });
    this.#waiting = new Gauge({
      name: 'saker_inference_pending_items',
      help: 'Items waiting for a worker.',
      labelNames: LABELS,
      registers,
    });
    this.#workers = new Gauge({
      name: 'saker_inference_workers',
      help: 'Worker threads by state.',
      labelNames: [...LABELS, 'state'],
      registers,
    });
    this.#ready = new Gauge({
      name: 'saker_model_ready',
      help: '1 while the version answers.',
      labelNames: LABELS,
      registers,
    });
  }

  /** What the pool of a version tells its requests and batches to. */
  observe(model: string, version: string): PoolObserver {
    const labels = { model, version };
    return {
      onRequest: (end, ms) => this.#request(labels, end, ms),
      onBatch: (outcomes, ms) => this.#batch(labels, outcomes, ms),
    };
  }

  /** HTTP answers went out. */
  answered(status: number, count = 1): void {
    this.#http.inc({ status: String(status) }, count);
  }

  /** The text that Prometheus reads. */
  async text(models: ModelRepository): Promise<{ readonly type: string; readonly body: string }> {
    for (const gauge of [this.#waiting, this.#workers, this.#ready]) gauge.reset();
    for (const { name, version, state } of models.list()) {
      const labels = { model: name, version };
      this.#ready.set(labels, state === 'READY' ? 1 : 0);
      if (state !== 'READY') continue;
      const pool = models.get(name, version).pool.state();
      this.#waiting.set(labels, pool.waiting);
      this.#workers.set({ ...labels, state: 'ready' }, pool.ready);
      this.#workers.set({ ...labels, state: 'busy' }, pool.running);
    }
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #request(
    labels: { model: string; version: string },
    end: readonly TaskResult[] | { readonly reason: string },
    ms: number,
  ): void {
    const failed = 'reason' in end ? end.reason : firstError(end);
    if (failed !== null) {
      this.#requests.inc({ ...labels, outcome: 'failure', reason: failed });
      return;
    }
    this.#requests.inc({ ...labels, outcome: 'success', reason: '' });
    this.#duration.observe(labels, ms / 1000);
    if ('reason' in end) return;
    this.#items.inc(labels, end.length);
    for (const { queueMs } of end) this.#stage.observe({ ...labels, stage: 'queue' }, queueMs / 1000);
  }

  #batch(labels: { model: string; version: string }, outcomes: readonly PictureOutcome[], ms: number): void {
    this.#batches.inc(labels);
    this.#batchSize.observe(labels, outcomes.length);
    const good = outcomes.find((outcome) => outcome.ok);
    if (!good?.ok) return;
    const { preprocessMs, inferenceMs } = good.timings;
    this.#stage.observe({ ...labels, stage: 'compute_input' }, preprocessMs / 1000);
    this.#stage.observe({ ...labels, stage: 'compute_infer' }, inferenceMs / 1000);
    const rest = Math.max(0, ms - preprocessMs - inferenceMs);
    this.#stage.observe({ ...labels, stage: 'compute_output' }, rest / 1000);
  }
}

function firstError(results: readonly TaskResult[]): string | null {
  for (const { outcome } of results) if (!outcome.ok) return outcome.error.code;
  return null;
}
