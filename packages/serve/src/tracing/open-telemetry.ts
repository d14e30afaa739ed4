/** Traces by OpenTelemetry's SDK. Nothing global of it is touched: an application around the server may use it too. */
import {
  type Context,
  defaultTextMapGetter,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace as traceApi,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { SAKER_VERSION } from '@saker/spec';
import type { FastifyBaseLogger } from 'fastify';
import { ToldExporter } from './exporter.js';
import type { Attributes, RequestTrace, TraceEnd, TraceIds } from './request-trace.js';
import type { TracingSettings } from './settings.js';

export interface TraceStart {
  readonly name: string;
  readonly attributes: Attributes;
  /** Headers of W3C Trace Context as they came. What is not of their form is as good as none. */
  readonly traceparent?: string;
  readonly tracestate?: string;
}

export interface Tracer {
  start(start: TraceStart): RequestTrace;
  /** Sends what has ended and takes no more; what has not been sent within `FLUSH_MS` is given up. */
  close(): Promise<void>;
}

/**
 * Milliseconds that sending a batch may take with all its retries, unless OTEL_EXPORTER_OTLP_TIMEOUT says otherwise, and
 * that the end of the server waits for it. The SDK's 10 s would hold up every stop while a collector is away.
 */
const FLUSH_MS = 5_000;
const SCOPE = '@saker/serve';

/** The sampler, the bounds of spans and of the batches, headers and certificates are those of the SDK's variables. */
export function openTracer({ url }: TracingSettings, log: FastifyBaseLogger): Tracer {
  const { OTEL_EXPORTER_OTLP_TIMEOUT: any, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: own } = process.env;
  const timeoutMillis = any || own ? undefined : FLUSH_MS;
  const exporter = new ToldExporter(new OTLPTraceExporter({ url, timeoutMillis }), new URL(url).host, log);
  const provider = new BasicTracerProvider({
    resource: resource(),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer(SCOPE, SAKER_VERSION);
  const propagator = new W3CTraceContextPropagator();
  return {
    start: ({ name, attributes, ...headers }) => {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      return new SpanTrace(tracer, name, attributes, parent, SpanKind.SERVER);
    },
    close: () => within(provider.shutdown(), FLUSH_MS),
  };
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win. */
function resource(): Resource {
  const own = { 'service.name': 'saker', 'service.version': SAKER_VERSION };
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }));
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  // What could not be sent has been told to the log.
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

class SpanTrace implements RequestTrace {
  readonly ids: TraceIds;
  error: string | null = null;
  readonly #span: Span;
  readonly #context: Context;
  /** From `performance.now()` to milliseconds since 1970, so that all times of a request come from one clock. */
  readonly #epoch = Date.now() - performance.now();
  #ended = false;

  constructor(
    private readonly tracer: OtelTracer,
    name: string,
    attributes: Attributes,
    parent: Context,
    kind: SpanKind,
  ) {
    const startTime = this.#epoch + performance.now();
    this.#span = tracer.startSpan(name, { kind, attributes: { ...attributes }, startTime }, parent);
    this.#context = traceApi.setSpan(parent, this.#span);
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    this.ids = { trace_id: traceId, span_id: spanId, trace_flags: traceFlags.toString(16).padStart(2, '0') };
  }

  fail(code: string): void {
    this.error ??= code;
  }

  set(attributes: Attributes): void {
    if (!this.#ended) this.#span.setAttributes({ ...attributes });
  }

  stage(name: string, from: number, to: number, attributes: Attributes = {}): void {
    if (this.#ended || !this.#span.isRecording()) return;
    const options = { attributes: { ...attributes }, startTime: this.#epoch + from };
    this.tracer.startSpan(name, options, this.#context).end(this.#epoch + to);
  }

  part(name: string): RequestTrace {
    return new SpanTrace(this.tracer, name, {}, this.#context, SpanKind.INTERNAL);
  }

  end({ attributes = {}, failed }: TraceEnd): void {
    if (this.#ended) return;
    this.set(attributes);
    this.#ended = true;
    if (failed) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end(this.#epoch + performance.now());
  }
}
