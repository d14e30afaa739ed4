/** A collector as OTLP over HTTP wants it: takes what is posted to /v1/traces, and decodes it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../support/client.js';

export type Values = Readonly<Record<string, unknown>>;

export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** 1 INTERNAL, 2 SERVER. */
  readonly kind: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** 0 unset, 2 error. */
  readonly status: number;
  readonly attributes: Values;
  readonly resource: Values;
}

export interface Collector {
  readonly endpoint: string;
  readonly port: number;
  readonly spans: ReceivedSpan[];
  /** Everything that came, as it came. */
  readonly texts: string[];
  /** The first span of the name, once it is there. */
  span(name: string, matches?: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
  /** By name, those whose parent it is. */
  children(parent: ReceivedSpan): Record<string, ReceivedSpan>;
  close(): Promise<void>;
}

/** Starts one. @param port 0 takes a free one. */
export async function startCollector(port = 0): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const texts: string[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const ours = request.method === 'POST' && request.url === '/v1/traces';
      if (!ours) return void response.writeHead(404).end();
      const text = Buffer.concat(chunks).toString();
      texts.push(text);
      spans.push(...decode(text));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    endpoint: `http://127.0.0.1:${bound}`,
    port: bound,
    spans,
    texts,
    span: async (name, matches = () => true) => {
      const find = () => spans.find((span) => span.name === name && matches(span));
      await until(() => find() !== undefined);
      return find() as ReceivedSpan;
    },
    children: ({ spanId }) =>
      Object.fromEntries(spans.filter((s) => s.parentSpanId === spanId).map((s) => [s.name, s])),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function decode(text: string): ReceivedSpan[] {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return JSON.parse(text).resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above
    scopeSpans.flatMap((scope: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above
      scope.spans.map((span: any) => ({
        ...span,
        start: Number(span.startTimeUnixNano) / 1e6,
        end: Number(span.endTimeUnixNano) / 1e6,
        status: span.status?.code ?? 0,
        attributes: values(span.attributes),
        resource: values(resource.attributes),
      })),
    ),
  );
}

function values(list: readonly { key: string; value: Record<string, unknown> }[]): Values {
  return Object.fromEntries(
    list.map(({ key, value }) => {
      const [[type, content] = []] = Object.entries(value);
      return [key, type === 'intValue' ? Number(content) : content];
    }),
  );
}
