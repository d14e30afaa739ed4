/** Tells the log when spans stop reaching the collector, and when they reach it again: once, not for each batch. */
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { FastifyBaseLogger } from 'fastify';

export class ToldExporter implements SpanExporter {
  #failing = false;

  /** @param collector names it in the log. */
  constructor(
    private readonly exporter: SpanExporter,
    private readonly collector: string,
    private readonly log: FastifyBaseLogger,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      this.#tell(result);
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  #tell({ code, error }: ExportResult): void {
    const failing = code !== ExportResultCode.SUCCESS;
    if (failing === this.#failing) return;
    this.#failing = failing;
    const { collector } = this;
    if (failing) this.log.warn({ collector, detail: detailOf(error) }, 'traces do not reach the collector');
    else this.log.info({ collector }, 'traces reach the collector again');
  }
}

/** The sentence and the HTTP status or the system's code; not the collector's answer, which may be anything. */
function detailOf(error: ExportResult['error']): string {
  const { message = 'no reason given', code = '' } = (error ?? {}) as {
    message?: string;
    code?: string | number;
  };
  return message.includes(String(code)) ? message : `${message} (${code})`;
}
