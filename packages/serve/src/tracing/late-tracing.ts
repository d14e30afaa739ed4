/** Traces whose libraries are loaded when the server listens. */
import type { FastifyBaseLogger } from 'fastify';
import type { Tracer, TraceStart } from './open-telemetry.js';
import type { RequestTrace } from './request-trace.js';
import type { TracingSettings } from './settings.js';

export class LateTracing {
  #tracer: Tracer | null = null;
  #loading: Promise<void> | null = null;

  constructor(
    private readonly settings: TracingSettings,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Loads the libraries; safe to call again. Traces that cannot be had are a line of the log, and cost no request. */
  load(): Promise<void> {
    this.#loading ??= import('./open-telemetry.js')
      .then(({ openTracer }) => {
        this.#tracer = openTracer(this.settings, this.log);
      })
      .catch((thrown: unknown) => this.log.error({ err: thrown }, 'no traces: they could not be set up'));
    return this.#loading;
  }

  /** A trace of a request that begins; null before the libraries are loaded. */
  start(start: TraceStart): RequestTrace | null {
    return this.#tracer?.start(start) ?? null;
  }

  /** Sends what has ended, for a bounded time, and takes no more. Safe to call again. */
  async close(): Promise<void> {
    await this.#loading;
    const tracer = this.#tracer;
    this.#tracer = null;
    await tracer?.close();
  }
}
